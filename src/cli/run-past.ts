import { tauError } from 'tau-core';
import type { RunCalls, RunEvent } from 'tau-core/client';
import { objectAt, objectsAt, textAt } from './format/json-access.js';

/** Which events of a run. */
export interface PastRange {
  readonly fromSeq?: number;
  /** The last one wanted. */
  readonly toSeq?: number;
}

/**
 * A run's events that there are now, in order.
 *
 * @throws TauError CONFLICT when some are gone, as they are in time in a volatile session.
 */
export async function* runPast(
  client: Pick<RunCalls, 'history'>,
  runId: string,
  { fromSeq = 0, toSeq = Number.MAX_SAFE_INTEGER }: PastRange = {},
): AsyncGenerator<RunEvent, void, undefined> {
  for await (const { events, gap } of client.history(runId, { fromSeq })) {
    if (gap !== undefined && gap.fromSeq <= toSeq) {
      const which = `events ${gap.fromSeq} to ${gap.toSeq} of run ${runId}`;
      throw tauError(
        'CONFLICT',
        `${which} are gone, since its session is volatile: use a durable one for what must last`,
      );
    }
    for (const event of events) {
      if (event.seq > toSeq) return;
      yield event;
    }
  }
}

/** Ids of the calls that are open after an event, from those that were open before it. */
export function openCallsAfter({ type, data }: RunEvent, open: ReadonlySet<string>): ReadonlySet<string> {
  if (type === 'run.forked') return new Set(Object.keys(objectAt(objectAt(data, 'run'), 'calls')));
  if (type === 'run.ended') return new Set();
  if (type !== 'run.advanced') return open;
  const next = new Set(open);
  const input = objectAt(data, 'input');
  if (textAt(input, 'type') === 'callSettled') next.delete(textAt(input, 'callId'));
  const { cancelled } = data;
  for (const callId of Array.isArray(cancelled) ? cancelled : []) next.delete(String(callId));
  for (const call of objectsAt(data, 'calls')) next.add(textAt(call, 'callId'));
  return next;
}
