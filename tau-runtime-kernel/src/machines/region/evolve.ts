import { Map as ImmutableMap, OrderedMap } from 'immutable';
import { HLC_ZERO, type Json, type RegionId, type Usage } from 'tau-core';
import { NO_LOCKS } from 'tau-orchestrate';
import type { RegionEvent, RegionEventBody } from './events.js';
import { withForksLocks, withLocks, withoutLocksOf } from './evolve-locks.js';
import { DEAD_LETTERS, ENDED_RUNS, ENDED_RUNS_DROPPED, SEEN_EVENTS, SEEN_STARTS } from './limits.js';
import { NO_CALLS, runFromImage } from './open-calls.js';
import { definitionOf, languageOf, type Programs } from './programs.js';
import { noSeenKeys, remember } from './seen-keys.js';
import type { CallState, DeadLetter, EndedRun, RegionState, RunState, SessionState } from './state.js';

const NO_USAGE: Usage = { tokens: 0, costMicros: 0 };

/** A region before its first event. */
export function initialRegion(id: RegionId): RegionState {
  return { ...EMPTY_REGION, id };
}

/** What regions begin with is the same for all: many of them are idle. */
const EMPTY_REGION: Omit<RegionState, 'id'> = {
  seq: 0,
  hlc: HLC_ZERO,
  session: undefined,
  runs: ImmutableMap(),
  ended: OrderedMap(),
  runsTotal: 0,
  adopted: ImmutableMap(),
  catalogue: ImmutableMap(),
  events: noSeenKeys(),
  starts: noSeenKeys(),
  deadLetters: [],
  locks: NO_LOCKS,
  lockNews: [],
};

/** The state after an event. Total: an event about a run that is not there changes only the region's position. */
export function evolveRegion(programs: Programs, state: RegionState, event: RegionEvent): RegionState {
  const { body } = event;
  const placed: RegionState = { ...state, seq: event.seq, hlc: event.hlc, ...rememberedMessage(state, event) };
  switch (body.type) {
    case 'session.created':
      return { ...placed, session: createdSession(body, event.hlc.wallMs) };
    case 'context.added':
      return withSession(placed, (session) => ({ ...session, context: [...session.context, ...body.context] }));
    case 'session.deleted':
      return withSession(placed, (session) => ({ ...session, deleted: true }));
    case 'definition.put':
      return { ...placed, catalogue: state.catalogue.set(body.bound.name, body.bound) };
    case 'definition.removed':
      return { ...placed, catalogue: state.catalogue.delete(body.name) };
    case 'definition.adopted':
      return { ...placed, adopted: state.adopted.set(body.bound.version, body.bound) };
    case 'event.received': {
      const accepted = { seq: event.seq, runIds: body.runIds };
      return { ...placed, events: remember(state.events, eventKey(body.event), accepted, SEEN_EVENTS) };
    }
    case 'run.started': {
      const started = startedRun(programs, state, body, event);
      return withNewRun(placed, started, body.startKey);
    }
    case 'run.forked': {
      const forked: RunState = { ...runFromImage(body.run), firstSeq: event.seq, lastSeq: event.seq };
      return withForksLocks(withNewRun(placed, forked, body.startKey), forked);
    }
    case 'run.ended':
      return withoutLocksOf(withEndedRun(placed, body, event), state.runs.get(body.runId));
    case 'run.advanced': {
      const run = state.runs.get(body.runId);
      if (run === undefined) return placed;
      const advanced = withLocks(withRun(placed, advancedRun(programs, state, run, body, event.seq)), body);
      if (body.dead === undefined || body.input.type !== 'callSettled') return advanced;
      const call = run.calls.get(body.input.callId);
      const letter: DeadLetter = {
        runId: run.runId,
        callId: body.input.callId,
        capability: call?.capability ?? '',
        error: body.dead,
        seq: event.seq,
        timeMs: event.hlc.wallMs,
      };
      return { ...advanced, deadLetters: [...state.deadLetters, letter].slice(-DEAD_LETTERS) };
    }
    default: {
      const run = state.runs.get(body.runId);
      return run === undefined ? placed : withRun(placed, { ...changedRun(run, body, event), lastSeq: event.seq });
    }
  }
}

/** The key under which a message to a run is recognised when it comes again. */
export function messageKey(runId: string, key: string): string {
  return `message ${runId} ${key}`;
}

function rememberedMessage(state: RegionState, { seq, body }: RegionEvent): Pick<RegionState, 'events'> | undefined {
  if (!('messageKey' in body) || body.messageKey === undefined) return undefined;
  return { events: remember(state.events, messageKey(body.runId, body.messageKey), { seq, runIds: [] }, SEEN_EVENTS) };
}

/** The key under which an event is recognised when it comes again. Both parts are a producer's free text. */
export function eventKey({ source, id }: { readonly source: string; readonly id: string }): string {
  return `event ${source.length} ${source} ${id}`;
}

type Body<Type extends RegionEventBody['type']> = Extract<RegionEventBody, { readonly type: Type }>;

function createdSession(body: Body<'session.created'>, createdMs: number): SessionState {
  return {
    durable: body.durable,
    createdMs,
    context: body.context,
    deleted: false,
    ...(body.principal && { principal: body.principal }),
    ...(body.forkedFrom !== undefined && { forkedFrom: body.forkedFrom }),
  };
}

function withSession(state: RegionState, change: (session: SessionState) => SessionState): RegionState {
  return state.session === undefined ? state : { ...state, session: change(state.session) };
}

function withRun(state: RegionState, run: RunState): RegionState {
  return { ...state, runs: state.runs.set(run.runId, run) };
}

function withNewRun(state: RegionState, run: RunState, startKey: string | undefined): RegionState {
  return {
    ...state,
    runs: state.runs.set(run.runId, run),
    runsTotal: state.runsTotal + 1,
    starts: startKey === undefined ? state.starts : remember(state.starts, startKey, run.runId, SEEN_STARTS),
  };
}

function startedRun(programs: Programs, state: RegionState, body: Body<'run.started'>, event: RegionEvent): RunState {
  const bound = state.adopted.get(body.definition.version);
  const definition = bound?.definition ?? null;
  return {
    runId: body.runId,
    definition: body.definition,
    begin: body.begin,
    phase: 'running',
    program: languageOf(programs, body.definition).program.initial(definition, body.begin),
    calls: NO_CALLS,
    callsTotal: 0,
    inbox: [],
    usage: NO_USAGE,
    budget: body.budget,
    priority: body.priority,
    fairnessKey: body.fairnessKey,
    deadlineMs: body.deadlineMs,
    cause: body.cause,
    firstSeq: event.seq,
    lastSeq: event.seq,
    ...(body.principal && { principal: body.principal }),
    ...(body.traceparent !== undefined && { traceparent: body.traceparent }),
    ...(body.parent && { parent: body.parent }),
  };
}

function advancedRun(
  programs: Programs,
  state: RegionState,
  run: RunState,
  body: Body<'run.advanced'>,
  seq: number,
): RunState {
  const definition = definitionOf(state, run);
  const { program } = languageOf(programs, run.definition);
  let programState: Json = run.program;
  for (const programEvent of body.events) programState = program.evolve(definition, programState, programEvent);
  return {
    ...run,
    program: programState,
    calls: nextCalls(run.calls, body),
    callsTotal: run.callsTotal + body.calls.length,
    usage: body.usage === undefined ? run.usage : addUsage(run.usage, body.usage),
    inbox: body.fromInbox === true ? run.inbox.slice(1) : run.inbox,
    lastSeq: seq,
  };
}

function nextCalls(
  calls: RunState['calls'],
  { input, cancelled, calls: asked }: Body<'run.advanced'>,
): RunState['calls'] {
  const left = input.type === 'callSettled' ? calls.delete(input.callId) : calls;
  if (cancelled.length === 0 && asked.length === 0) return left;
  return left.withMutations((next) => {
    for (const callId of cancelled) next.delete(callId);
    for (const call of asked) next.set(call.callId, call);
  });
}

function addUsage(a: Usage, b: Usage): Usage {
  return { tokens: a.tokens + b.tokens, costMicros: a.costMicros + b.costMicros };
}

function withEndedRun(state: RegionState, body: Body<'run.ended'>, event: RegionEvent): RegionState {
  const run = state.runs.get(body.runId);
  if (run === undefined) return state;
  const ended: EndedRun = {
    runId: run.runId,
    definition: run.definition,
    outcome: body.outcome,
    startedMs: run.begin.startedAt,
    endedMs: event.hlc.wallMs,
    deadlineMs: run.deadlineMs,
    usage: run.usage,
    callsTotal: run.callsTotal,
    cause: run.cause,
    firstSeq: run.firstSeq,
    lastSeq: event.seq,
    ...(run.parent && { parent: run.parent }),
    ...(run.forkedFrom !== undefined && { forkedFrom: run.forkedFrom }),
  };
  const all = state.ended.set(run.runId, ended);
  return {
    ...state,
    runs: state.runs.delete(run.runId),
    ended: all.size < ENDED_RUNS + ENDED_RUNS_DROPPED ? all : withoutOldest(all),
  };
}

/** Many at once: an ordered map finds its first key by walking over all that were deleted before it. */
function withoutOldest(all: RegionState['ended']): RegionState['ended'] {
  const oldest = all.keySeq().take(ENDED_RUNS_DROPPED).toArray();
  return all.withMutations((kept) => {
    for (const runId of oldest) kept.delete(runId);
  });
}

type RunChange = Exclude<
  RegionEventBody,
  Body<
    | 'session.created'
    | 'context.added'
    | 'session.deleted'
    | 'definition.put'
    | 'definition.removed'
    | 'definition.adopted'
    | 'event.received'
    | 'run.started'
    | 'run.forked'
    | 'run.ended'
    | 'run.advanced'
  >
>;

function changedRun(run: RunState, body: RunChange, event: RegionEvent): RunState {
  switch (body.type) {
    case 'run.migrated':
      return { ...run, definition: body.definition, program: body.program };
    case 'run.cancelling':
      return { ...run, phase: 'cancelling' };
    case 'run.paused':
      return { ...run, phase: 'paused' };
    case 'run.resumed':
      return { ...run, phase: 'running' };
    case 'run.message.queued':
      return { ...run, inbox: body.replace ? [body.content] : [...run.inbox, body.content] };
    case 'call.retrying':
      return {
        ...withCall(run, body.callId, (call) => ({
          ...call,
          attempt: call.attempt + 1,
          failures: call.failures + 1,
          redelivered: call.redelivered || body.redelivered,
          notBeforeMs: body.notBeforeMs,
        })),
        usage: body.usage === undefined ? run.usage : addUsage(run.usage, body.usage),
      };
    case 'call.lost':
      return withCall(run, body.callId, (call) => ({ ...call, attempt: call.attempt + 1, redelivered: true }));
    case 'call.asked':
      return {
        ...withCall(run, body.callId, (call) => ({ ...call, question: body.question })),
        usage: body.usage === undefined ? run.usage : addUsage(run.usage, body.usage),
      };
    case 'call.answered':
      return withCall(run, body.callId, ({ question, ...call }) => ({
        ...call,
        attempt: call.attempt + 1,
        answer: body.answer,
        // Time in which a person was asked is not the call's: its deadline moves by as much.
        deadlineMs: call.deadlineMs + Math.max(0, event.hlc.wallMs - (question?.askedMs ?? event.hlc.wallMs)),
      }));
    default:
      // An event of a newer kernel: kept in the journal, without effect on this state.
      return run;
  }
}

function withCall(run: RunState, callId: string, change: (call: CallState) => CallState): RunState {
  const call = run.calls.get(callId);
  return call === undefined ? run : { ...run, calls: run.calls.set(callId, change(call)) };
}
