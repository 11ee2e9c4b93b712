/**
 * A CloudEvents 1.0 event with TAU's causal attributes. `source` and `id` together identify it.
 * In CloudEvents' JSON form the extension attributes are `cause`, `correlation`, `echo`, `region`, `regionseq`,
 * `hlc` and `traceparent`: lower-case letters and digits, as the specification asks.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  /** Dotted, most general first, e.g. `github.issues.opened`. */
  readonly type: string;
  readonly subject?: string;
  /** RFC 3339, by the producer's clock. */
  readonly time?: string;
  /** RFC 2046; absent means `application/json`. */
  readonly mediaType?: string;
  /** The body as text, kept to the byte as its producer wrote it. */
  readonly data: string;
  /** Id of the event, run or request that caused this one. */
  readonly cause?: string;
  /** Shared by all events of one story. */
  readonly correlation?: string;
  readonly traceparent?: string;
  /** The change that it reports was made by TAU itself: it is kept like any other, and starts no run (loop guard). */
  readonly echo?: boolean;
}

/** An event with its place in a region's order. */
export interface PlacedEvent extends CloudEvent {
  readonly region: string;
  /** 1, 2, ... in its region. */
  readonly regionSeq: number;
  readonly hlc: string;
}

/** Whether an event type matches a filter: exact, or a prefix that ends in `*`. */
export function eventTypeMatches(type: string, filter: string): boolean {
  return filter.endsWith('*') ? type.startsWith(filter.slice(0, -1)) : type === filter;
}
