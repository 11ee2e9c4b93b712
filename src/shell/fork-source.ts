import { type RunId, tauError } from 'tau-core';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState, RunState } from '../machines/region/state.js';
import { historyPages } from './history.js';
import { eventOf } from './record-codec.js';
import type { RegionLoop } from './region-loop.js';

/** Events read at once while a run's past is folded. */
const PAGE_EVENTS = 1_000;

/** Which of a run's states a fork begins with. */
export interface ForkPoint {
  /** The last event that it shares; 0 is the newest. */
  readonly atSeq: number;
  /** The fork is changed before it goes on: so it may begin where nothing is in progress, and where its source has ended. */
  readonly edited?: boolean;
}

/**
 * The state that a run had at a point of its past, folded from its events.
 *
 * @throws TauError CONFLICT when nothing was in progress at that point, or its past is gone.
 */
export async function forkSource(
  machine: RegionMachine,
  loop: RegionLoop,
  id: RunId,
  { atSeq, edited = false }: ForkPoint,
): Promise<RunState> {
  const live = loop.state.runs.get(id);
  const ended = loop.state.ended.get(id);
  const firstSeq = live?.firstSeq ?? ended?.firstSeq ?? 0;
  const lastSeq = live?.lastSeq ?? ended?.lastSeq ?? 0;
  const newest = live === undefined && edited ? lastSeq - 1 : lastSeq;
  const toSeq = atSeq === 0 ? newest : Math.min(atSeq, lastSeq);
  let folded = { ...machine.initial(loop.id), adopted: loop.state.adopted };
  for await (const page of historyPages(loop, { fromSeq: firstSeq, toSeq, subject: id, eventsMax: PAGE_EVENTS })) {
    if (page.gap !== undefined) throw tauError('CONFLICT', `the past of run ${id} is gone: its session is volatile`);
    for (const item of page.events) folded = machine.evolve(folded, eventOf(loop.id, item));
  }
  const run = folded.runs.get(id);
  if (run === undefined || !(edited || goesOn(machine, folded, run))) {
    const message = `nothing of run ${id} is in progress at event ${toSeq}; fork at an event between ${firstSeq} and ${lastSeq} after which a call is open`;
    throw tauError('CONFLICT', message);
  }
  return run;
}

/** Whether anything would ever tell the run's program something: a call, a lock, its clock; or, once it has begun, a message. */
function goesOn(machine: RegionMachine, state: RegionState, run: RunState): boolean {
  if (run.calls.size > 0 || (run.locks ?? []).some((lock) => !lock.granted)) return true;
  if (run.lastSeq > run.firstSeq && machine.takesMessages(run)) return true;
  return machine.runDeadline(state, run) < run.deadlineMs;
}
