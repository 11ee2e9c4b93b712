import { eventTypeMatches, later, TauError } from 'tau-core';
import type { SubscriptionItem } from 'tau-core/client';
import type { CommandSession } from './context.js';
import { eventLine } from './format/event-line.js';

/** How often sessions that are new are looked for, where all are followed. */
const NEW_SESSIONS_MS = 2_000;

/** Which events are wanted. */
export interface EventFilter {
  /** Event types, exact or with a trailing `*`; empty is all. */
  readonly types: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Prints the events that a session has, from a sequence number, and ends. The kernel tells every position only where
 * no type is left out, so the filter is applied here.
 */
export async function printPastEvents(
  session: CommandSession,
  sessionId: string,
  options: EventFilter & { readonly fromSeq: number },
): Promise<void> {
  const { types, fromSeq, signal } = options;
  const { seq: lastSeq } = await session.client.getSession(sessionId);
  if (fromSeq > lastSeq) return;
  for await (const item of session.client.subscribe(sessionId, { fromSeq, signal })) {
    const position = item.kind === 'gap' ? item.toSeq : item.event.regionSeq;
    if (position <= lastSeq && isWanted(item, types)) printItem(session, sessionId, item);
    if (position >= lastSeq) return;
  }
}

/** Prints a session's events as they come, until the signal is aborted. `fromSeq` absent starts with the next one. */
export async function followSession(
  session: CommandSession,
  sessionId: string,
  options: EventFilter & { readonly fromSeq: number | undefined },
): Promise<void> {
  const { types, fromSeq, signal } = options;
  const from = fromSeq === undefined ? {} : { fromSeq };
  for await (const item of session.client.subscribe(sessionId, { ...from, types, signal })) {
    printItem(session, sessionId, item);
  }
}

/** Prints the events of all sessions, also of those that are made later, until the signal is aborted. */
export async function followAllSessions(session: CommandSession, filter: EventFilter): Promise<void> {
  const followed = new Set<string>();
  const { clock } = session.ports;
  await new Promise<never>((_resolve, reject) => {
    const follow = (sessionIds: readonly string[], fromSeq: number | undefined): void => {
      for (const sessionId of sessionIds.filter((each) => !followed.has(each))) {
        followed.add(sessionId);
        followSession(session, sessionId, { ...filter, fromSeq }).catch(reject);
      }
    };
    const lookAgain = (): void => {
      if (filter.signal.aborted) return;
      clock.at(later(clock.now(), NEW_SESSIONS_MS), () => {
        newSessions(session)
          .then((sessionIds) => follow(sessionIds, 1))
          .then(lookAgain, reject);
      });
    };
    filter.signal.addEventListener('abort', () => reject(filter.signal.reason), { once: true });
    sessionsOf(session)
      .then((sessionIds) => follow(sessionIds, undefined))
      .then(lookAgain, reject);
  });
}

async function sessionsOf({ client }: CommandSession): Promise<readonly string[]> {
  return (await client.listSessions()).map(({ sessionId }) => sessionId);
}

/** A kernel that is away for a moment has no new sessions; whether it stays away too long, the followed ones tell. */
async function newSessions(session: CommandSession): Promise<readonly string[]> {
  try {
    return await sessionsOf(session);
  } catch (thrown) {
    if (thrown instanceof TauError && thrown.data.retryable) return [];
    throw thrown;
  }
}

function isWanted(item: SubscriptionItem, types: readonly string[]): boolean {
  return item.kind === 'gap' || types.length === 0 || types.some((type) => eventTypeMatches(item.event.type, type));
}

function printItem({ output }: CommandSession, sessionId: string, item: SubscriptionItem): void {
  output.print({ session: sessionId, ...item }, eventLine(sessionId, item, output.colours));
}
