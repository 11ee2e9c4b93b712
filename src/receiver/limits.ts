/** What the receiver takes at most, and waits at most. */
export interface ReceiverLimits {
  /** Bytes of one body; a larger one is refused by its size, before it is read or parsed. */
  readonly payloadBytesMax: number;
  /** Deliveries between their first byte and their answer. With `payloadBytesMax` this bounds memory. */
  readonly inFlightMax: number;
  /** From the request's arrival to the answer. */
  readonly publishDeadlineMs: number;
  /** For a request to arrive whole. */
  readonly requestTimeoutMs: number;
  /** What a refused sender is told to wait, in `Retry-After`. */
  readonly retryAfterMs: number;
  /** For what is in flight, when the receiver closes. */
  readonly closeGraceMs: number;
  /** Rejected signatures that get an audit event of their own within `auditWindowMs`; the rest are counted in one. */
  readonly auditEventsMax: number;
  readonly auditWindowMs: number;
}

export const RECEIVER_LIMITS: ReceiverLimits = {
  // A journal record holds 4 MiB, and a body that is quoted as JSON text may double.
  payloadBytesMax: 2 * 1024 * 1024,
  // 256 MiB at worst; at 5 ms a delivery, some 25,000 deliveries a second.
  inFlightMax: 128,
  // GitHub gives up after 10 s and counts the delivery as failed: the answer must be on its way before.
  publishDeadlineMs: 8_000,
  requestTimeoutMs: 15_000,
  retryAfterMs: 5_000,
  closeGraceMs: 9_000,
  // A wrong secret shows at once; a flood adds at most eleven events a minute.
  auditEventsMax: 10,
  auditWindowMs: 60_000,
};

/** Bytes of a refused body that are read and dropped so that its sender gets to read the answer: GitHub's own limit. */
export const DISCARD_BYTES_MAX = 25 * 1024 * 1024;
