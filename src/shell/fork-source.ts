import { type RunId, tauError } from 'tau-core';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RunState } from '../machines/region/state.js';
import { historyPages } from './history.js';
import type { RegionLoop } from './region-loop.js';

/** Events read at once while a run's past is folded. */
const PAGE_EVENTS = 1_000;

/**
 * The state that a run had after the event `atSeq` (0: its newest state), folded from its events.
 *
 * @throws TauError CONFLICT when nothing was in progress at that point, or its past is gone.
 */
export async function forkSource(
  machine: RegionMachine,
  loop: RegionLoop,
  id: RunId,
  atSeq: number,
): Promise<RunState> {
  const live = loop.state.runs.get(id);
  const ended = loop.state.ended.get(id);
  const firstSeq = live?.firstSeq ?? ended?.firstSeq ?? 0;
  const lastSeq = live?.lastSeq ?? ended?.lastSeq ?? 0;
  const toSeq = atSeq === 0 ? lastSeq : Math.min(atSeq, lastSeq);
  let folded = { ...machine.initial(loop.id), adopted: loop.state.adopted };
  for await (const page of historyPages(loop, { fromSeq: firstSeq, toSeq, subject: id, eventsMax: PAGE_EVENTS })) {
    if (page.gap !== undefined) throw tauError('CONFLICT', `the past of run ${id} is gone: its session is volatile`);
    for (const { event } of page.events) folded = machine.evolve(folded, event);
  }
  const run = folded.runs.get(id);
  if (run === undefined || Object.keys(run.calls).length === 0) {
    const message = `nothing of run ${id} is in progress at event ${toSeq}; fork at an event between ${firstSeq} and ${lastSeq} after which a call is open`;
    throw tauError('CONFLICT', message);
  }
  return run;
}
