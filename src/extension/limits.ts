/** Named limits of an extension's side of the contract, with their reasons. */
export const EXTENSION_LIMITS = {
  /** Default of `creditItems`: keeps a fast link busy, and starts no crowd of handlers at once. */
  creditItems: 64,
  /** Default of `creditBytes`: twice the largest message, so that no piece of work is too large to be sent. */
  creditBytes: 16 * 1024 * 1024,
  /** A kernel that sends this many times more work than it has credit for gets QUEUE_FULL. */
  creditOverdraftFactor: 2,
  /** Results that wait for their acknowledgement. Credit is withheld before there can be more. */
  keptResultsMax: 1024,
  keptBytesMax: 64 * 1024 * 1024,
  /** A larger output fails with LIMIT_EXCEEDED: half of a gRPC message's limit. */
  resultBytesMax: 4 * 1024 * 1024,
  /** Progress is for watching; larger things belong where a URI can name them. */
  progressBytesMax: 256 * 1024,
  /** Frames to a message: beyond 64 the cost of a message is spread thin enough (see PEERS: 677,000 frames/s). */
  framesPerMessage: 64,
  /** A message that has as much takes no further frame. */
  messageBytes: 1024 * 1024,
  /** Frames that wait for the socket. Progress is dropped at half of it; at all of it the peer counts as deaf. */
  queuedFramesMax: 8192,
  /** Secrets that work was given and results are searched for; beyond so many those that were used least recently are let go. */
  maskedSecretsMax: 1_000,
  /** Journal calls in progress; the stream is not read any further until one is answered. */
  journalCallsMax: 256,
  /** A kernel that takes longer to answer Register is tried again. */
  registerTimeoutMs: 10_000,
  /** Waits between attempts to come back: short first, since most cuts are a kernel's restart. */
  reconnect: { firstMs: 50, factor: 2, maxMs: 2_000 },
} as const;
