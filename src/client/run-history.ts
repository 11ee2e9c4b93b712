import { tauError } from '../vocabulary/tau-error.js';
import type { ClientContext } from './client-context.js';
import { type Gap, type RunEvent, runEventFromProto } from './run-event.js';

/** Which part of a run's past, in which pieces. */
export interface HistoryOptions {
  /** Default 0, the run's first event. */
  readonly fromSeq?: number;
  /** Of a page, 1,024 to the kernel's limit `historyPageBytesMax`; default that limit. */
  readonly bytesMax?: number;
}

/** Events of a run in their order. */
export interface HistoryPage {
  readonly events: readonly RunEvent[];
  /** A range that can not be given any more. */
  readonly gap?: Gap;
}

/** See `RunCalls.history`. */
export async function* runHistory(
  { channel }: ClientContext,
  runId: string,
  { fromSeq = 0, bytesMax = 0 }: HistoryOptions = {},
): AsyncGenerator<HistoryPage, void, undefined> {
  let nextSeq = fromSeq;
  do {
    const page = await channel.runs.getRunHistory({ runId, fromSeq: nextSeq, bytesMax });
    const events = page.events.map(runEventFromProto);
    yield page.gap === undefined ? { events } : { events, gap: { fromSeq: page.gap.fromSeq, toSeq: page.gap.toSeq } };
    if (page.nextSeq !== 0 && page.nextSeq <= nextSeq) {
      throw tauError('INTERNAL', `the history of run ${runId} does not go on: after ${nextSeq} comes ${page.nextSeq}`);
    }
    nextSeq = page.nextSeq;
  } while (nextSeq !== 0);
}
