import {
  earliest,
  type Instant,
  type JsonObject,
  type Migrated,
  type Parsed,
  type Program,
  type ProgramLanguage,
} from 'tau-core';
import { nextByBackfill } from './backfill-flow.js';
import { decide } from './decide.js';
import type { ScheduleDefinition } from './definition.js';
import type { ScheduleEvent } from './event.js';
import { evolve } from './evolve.js';
import { isRefused, readMessage } from './message.js';
import { parseSchedule } from './parse.js';
import { planOf, type SchedulePlan } from './plan.js';
import { mustWaitForRoom } from './start-flow.js';
import { initialState, type ScheduleState } from './state.js';
import { nextByTime } from './time-flow.js';
import { narrate, view } from './view.js';

/**
 * A schedule as a machine: it starts runs at the instants that rules and a calendar name. One run of it is one schedule.
 *
 * Owns: which occurrences there are, when each starts, and what becomes of those that overlap, come late or are paused.
 * Does not own: the runs that it starts (the host's `run:start@v1` does), nor what may be started by whom.
 *
 * Inputs: `begin`, `deadline`, `callSettled`, `message` (a `ScheduleMessage`), `cancel`. Effects: `call` of the host, `cancelCall`,
 * `finish`. It ends when nothing can occur any more and nothing runs; with `{ started, succeeded, ... }` as its output.
 *
 * 1. Each occurrence of time is started, skipped, buffered or missed, exactly once, and in order.
 * 2. Equal occurrences have equal keys, so a host that remembers keys starts one run of each whatever is repeated, made up or
 *    filled in. The schedule itself remembers none.
 * 3. What is late by no more than the catch-up window is never missed for being late.
 * 4. No more than `occurrencesMax` occurrences come, however long the host was away or the schedule paused.
 * 5. A decision sees to at most `OCCURRENCES_A_DECISION` occurrences and counts at most `MISSED_COUNTED_MAX` missed ones.
 * 6. State and events are plain JSON and bounded. All computed instants are in events: folding them needs no zone data.
 */
export const scheduleProgram: Program<ScheduleDefinition, ScheduleState, ScheduleEvent> = {
  kind: 'schedule',
  takesMessages: true,
  refusesMessage: (_definition, _state, content) => {
    const message = readMessage(content);
    return isRefused(message) ? message : undefined;
  },
  initial: initialState,
  decide: (definition, state, input, now) => decide(planOf(definition), state, input, now),
  evolve: (_definition, state, event) => evolve(state, event),
  nextDeadline: (definition, state) => nextDeadline(planOf(definition), state),
  view: (definition, state) => view(planOf(definition), state),
  narrate: (_definition, _state, event) => narrate(event),
  migrate,
};

/** The schedule language: JSON, and the program that runs it. Events start no schedule, and it has no inputs. */
export const scheduleLanguage: ProgramLanguage<ScheduleDefinition, ScheduleState, ScheduleEvent> = {
  program: scheduleProgram,
  parse: parseSchedule,
  triggers: () => [],
  matches: () => false,
  checkInput,
};

function nextDeadline(plan: SchedulePlan, state: ScheduleState): Instant | undefined {
  if (state.finished === true) return undefined;
  const byTime = mustWaitForRoom(plan, state) ? undefined : nextByTime(state);
  return earliest(byTime, nextByBackfill(state, plan.runningMax));
}

/** What runs and waits goes on; what comes next is computed anew, from where the schedule stands. */
function migrate(from: ScheduleDefinition, to: ScheduleDefinition, state: ScheduleState): Migrated<ScheduleState> {
  if (from.id !== to.id) {
    const [old, other] = [from.id, to.id].map((id) => (id === undefined ? 'none' : `"${id}"`));
    return { ok: false, reasons: [`its id was ${old} and would be ${other}: occurrences would be started twice`] };
  }
  return { ok: true, state: state.finished === true ? state : { ...state, next: { kind: 'unplanned' } } };
}

function checkInput(_definition: ScheduleDefinition, input: JsonObject): Parsed<JsonObject> {
  const [name] = Object.keys(input);
  if (name === undefined) return { ok: true, definition: input };
  const message = `a schedule has no input "${name}": what it starts gets its input from "start.input"`;
  return { ok: false, diagnostics: [{ file: 'schedule', line: 1, column: 1, message }] };
}
