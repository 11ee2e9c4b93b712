import {
  type Executable,
  type Instant,
  instant,
  isJsonObject,
  type Json,
  type JsonObject,
  type ProgramEffect,
  type ProgramInput,
  type RunBegin,
} from 'tau-core';
import { isSameJson } from './diff-json.js';
import { type Divergence, divergenceOf } from './divergence.js';

/** A call as a host journaled it: of more than these members nothing is looked at. */
export interface RecordedCall {
  readonly callId: string;
  readonly capability: string;
  readonly input: JsonObject;
}

/** What a host journaled of one decision. Of `effects`, or else of `calls` and `cancelled`, those are compared that are there. */
export interface RecordedDecision<Event = unknown> {
  /** Its number in the journal, told in a divergence. */
  readonly seq: number;
  readonly timeMs: number;
  readonly input: ProgramInput;
  readonly events: readonly Event[];
  readonly effects?: readonly ProgramEffect[];
  readonly calls?: readonly RecordedCall[];
  /** Ids of calls that were given up. */
  readonly cancelled?: readonly string[];
}

/** What came of a replay: the state that the run has under this definition, or where it would have gone another way. */
export type Replayed<State> =
  | { readonly ok: true; readonly state: State; readonly decisions: number }
  | { readonly ok: false; readonly divergence: Divergence };

/**
 * Decides each recorded input again, under a definition and a program that may have changed since, and compares. Pure: nothing
 * is called. Ends at the first difference.
 *
 * Compared are the events, to the last member, since the state is made of them; and of the effects, what they do: which
 * capability is called with what under which id, what is withdrawn, which locks, how it ends. How a call is carried out
 * (attempts, times, policies, grants) may change freely under running runs, and is not compared; nor are the instants of deadlines
 * that events have (TIME_MEMBERS).
 *
 * A run's first state is made by the definition that it began under: give it as `beganUnder` where it is another one, or patch
 * markers of the new one would count as there from the beginning.
 *
 * A program that throws under the new definition, which no program may, counts as a difference.
 */
export function replayRun<Definition, State, Event>(
  { language: { program }, definition }: Executable<Definition, State, Event>,
  begin: RunBegin,
  records: Iterable<RecordedDecision<Event>>,
  options: { readonly beganUnder?: Definition } = {},
): Replayed<State> {
  let decisions = 0;
  let record: RecordedDecision<Event> | undefined;
  try {
    let state = program.initial(options.beganUnder ?? definition, begin);
    for (record of records) {
      const now: Instant = instant(record.timeMs);
      const { events, effects } = program.decide(definition, state, record.input, now);
      const recorded = recordedForm(record);
      // Mostly they are the same as they are; only what differs is looked at as the journal would have it.
      if (!isSameJson(recorded, decidedForm(record, { events: events as readonly Json[], effects }))) {
        const decided = decidedForm(record, asWritten({ events, effects }));
        if (!isSameJson(recorded, decided)) return { ok: false, divergence: divergenceOf(record, recorded, decided) };
      }
      for (const event of record.events) state = program.evolve(definition, state, event);
      decisions += 1;
    }
    return { ok: true, state, decisions };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const at = record ?? { seq: 0, timeMs: begin.startedAt, input: { type: 'begin' }, events: [] };
    return { ok: false, divergence: divergenceOf(at, recordedForm(at), { failure: message }) };
  }
}

/** Members of events that say until when something may take: they follow from limits of time, which may change. */
const TIME_MEMBERS: ReadonlySet<string> = new Set(['now', 'deadline', 'until', 'stopBy']);

function timeless(event: Json): Json {
  if (!isJsonObject(event) || !Object.keys(event).some((name) => TIME_MEMBERS.has(name))) return event;
  return Object.fromEntries(Object.entries(event).filter(([name]) => !TIME_MEMBERS.has(name)));
}

function recordedForm({ events, effects, calls, cancelled }: RecordedDecision): JsonObject {
  return {
    events: (events as readonly Json[]).map(timeless),
    ...(effects !== undefined && { effects: effects.map(effectForm) }),
    ...(effects === undefined && calls !== undefined && { calls: calls.map(callForm) }),
    ...(effects === undefined && cancelled !== undefined && { cancelled }),
  };
}

interface Decided {
  readonly events: readonly Json[];
  readonly effects: readonly ProgramEffect[];
}

/** As the journal has them: members that are undefined are not there. */
function asWritten(decided: {
  readonly events: readonly unknown[];
  readonly effects: readonly ProgramEffect[];
}): Decided {
  return JSON.parse(JSON.stringify(decided)) as Decided;
}

function decidedForm(record: RecordedDecision, { events, effects }: Decided): JsonObject {
  const stored = { events: events.map(timeless), effects: effects.map(effectForm) };
  if (record.effects !== undefined) return stored;
  return {
    events: stored.events,
    ...(record.calls !== undefined && {
      calls: effects.flatMap((effect) => (effect.type === 'call' ? [callForm(effect)] : [])),
    }),
    ...(record.cancelled !== undefined && {
      cancelled: effects.flatMap((effect) => (effect.type === 'cancelCall' ? [effect.callId] : [])),
    }),
  };
}

function callForm({ callId, capability, input }: RecordedCall): JsonObject {
  return { callId, capability, input };
}

/** What an effect does, without how it is carried out. */
function effectForm(effect: ProgramEffect): JsonObject {
  switch (effect.type) {
    case 'call':
      return { type: 'call', ...callForm(effect) };
    case 'cancelCall':
      return { type: 'cancelCall', callId: effect.callId };
    case 'acquire':
      return { type: 'acquire', lockId: effect.lockId, key: effect.key };
    case 'release':
      return { type: 'release', lockId: effect.lockId };
    case 'finish':
      return { type: 'finish', outcome: effect.outcome as unknown as Json };
  }
}
