import type { CloudEvent } from 'tau-core';

/** What a kernel says of an event that it took. */
export interface Published {
  /** The session had this event before; nothing was added. */
  readonly duplicate: boolean;
  /** Its place in the session's order. */
  readonly seq?: number;
}

/**
 * Hands an event to a session. Resolves after the event is in the session's journal, and not before.
 *
 * @throws TauError as the kernel says; with outcome `unknown` the event may have been journaled all the same.
 */
export type Publish = (sessionId: string, event: CloudEvent) => Promise<Published>;
