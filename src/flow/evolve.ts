import type { Instant, Json } from 'tau-core';
import { errorValue } from './error-value.js';
import type { FlowEvent } from './event.js';
import { evolveGraph } from './evolve-graph.js';
import { replaceAt, withChild } from './evolve-tree.js';
import type { FlowPlan } from './flow-plan.js';
import { unmetJoins } from './graph-joins.js';
import type { NodePlan } from './node-plan.js';
import { labelOf } from './path.js';
import type { Place } from './place.js';
import { deepestPlace, rootPlace } from './place-on-path.js';
import { derivedOutput, emptySlots, startActivation } from './start-activation.js';
import { type Activation, type Ended, type FlowState, isOpen, type WaitActivation } from './state.js';
import { afterTally, type Tally, tallyTree, timersAgain, timersOf } from './timers.js';

/** The state after an event. Total: an event that does not fit leaves the state as it is. */
export function evolve(plan: FlowPlan, state: FlowState, event: FlowEvent): FlowState {
  return evolveFrom({ plan, state, from: rootPlace(plan, state) }, event);
}

/** A state, and a place in it from which the way to what an event names is looked up; absent before the run begins. */
interface Moment {
  readonly plan: FlowPlan;
  readonly state: FlowState;
  readonly from: Place | undefined;
}

/** The same from a place on the event's path: what stands above it need not be looked up again. */
export function evolveFrom(moment: Moment, event: FlowEvent): FlowState {
  const { plan, state } = moment;
  if (state.ended !== undefined) return state;
  switch (event.type) {
    case 'CancelRequested':
      return state.cancel === undefined ? { ...state, cancel: { reason: event.reason } } : state;
    case 'EditRefused':
      return { ...state, editRefused: event.reason };
    case 'MessageKept':
      return { ...state, inbox: [...(state.inbox ?? []), event.content] };
    case 'MessageTaken':
      return withoutMessage(state, event.index);
    case 'MessageRefused':
      return { ...state, messagesRefused: (state.messagesRefused ?? 0) + 1 };
    case 'TimersChecked': {
      const { inboxUnread: _, ...read } = state;
      return withTimers(read, timersAgain(state));
    }
    case 'NodeStarted':
      return event.at === '' ? startRoot(plan, state, event.now) : startChild(moment, event);
    case 'GraphStarted': {
      if (event.at !== '' || event.values !== undefined) return changeTree(moment, event);
      const { input, ...rest } = changeTree(moment, { ...event, values: state.input ?? {} });
      return input === undefined || plan.root.after !== undefined ? { ...rest, ...(input && { input }) } : rest;
    }
    case 'Stepped':
      return event.due.length > 0 ? changeTree(moment, event) : withUnmet(plan, changeTree(moment, event), event.at);
    case 'StateEdited': {
      const { editRefused: _, ...rest } = changeTree(moment, event);
      return rest;
    }
    default:
      return changeTree(moment, event);
  }
}

function startRoot(plan: FlowPlan, state: FlowState, now: Instant | undefined): FlowState {
  if (state.root !== undefined) return state;
  const root = startActivation(plan.root, now);
  return withTimers({ ...state, root }, timersOf(plan.root, root));
}

function startChild({ state, from }: Moment, event: Extract<FlowEvent, { type: 'NodeStarted' }>): FlowState {
  const { at, now, input } = event;
  const parent = from && deepestPlace(from, at);
  if (parent === undefined) return state;
  const tally: Tally = { now, count: 0, next: undefined };
  const started = withChild(parent.plan, parent.activation, { segment: at.slice(parent.at.length), tally, input });
  if (started === parent.activation) return state;
  const changed = withRoot(state, replaceAt(parent, started));
  return tally.count === 0 ? changed : withTimers(changed, afterTally(state.timers, tally));
}

/** What happens to the run as a whole. */
type RunEvent = 'CancelRequested' | 'EditRefused' | 'MessageKept' | 'MessageTaken' | 'MessageRefused' | 'TimersChecked';

type TreeEvent = Exclude<FlowEvent, { type: RunEvent | 'NodeStarted' }>;

/** Changes the activation that the event names, and keeps count of the deadlines that come and go with it. */
function changeTree({ state, from }: Moment, event: TreeEvent): FlowState {
  const place = from && deepestPlace(from, event.at);
  if (place?.at.length !== event.at.length) return state;
  const { plan, activation } = place;
  const changed = afterEvent(plan, activation, event);
  if (changed === activation) return state;
  const after = withRoot(state, replaceAt(place, changed));
  const now = 'now' in event ? event.now : undefined;
  const brings = now !== undefined || event.type === 'WaitStarted' || (event.type === 'Asked' && 'deadline' in event);
  if (after.ended !== undefined || (!brings && state.timers === undefined)) return after;
  const tally: Tally = { now, count: 0, next: undefined };
  tallyTree(plan, activation, tally, -1);
  tallyTree(plan, changed, tally, 1);
  return withTimers(after, afterTally(state.timers, tally));
}

function withoutMessage(state: FlowState, index: number): FlowState {
  const { inbox = [], ...rest } = state;
  const left = inbox.filter((_, place) => place !== index);
  return left.length === 0 ? rest : { ...rest, inbox: left };
}

const UNMET_MAX = 100;

/** A graph is at its end: what waited for a join there waits in vain, and is told of. */
function withUnmet(plan: FlowPlan, state: FlowState, at: string): FlowState {
  const root = rootPlace(plan, state);
  const place = root && deepestPlace(root, at);
  if (place?.at !== at || place.plan.kind !== 'graph' || place.activation.kind !== 'graph') return state;
  const known = state.unmet ?? [];
  const unmet = unmetJoins(place.plan, place.activation).map(({ name }) =>
    at === '' ? name : `${labelOf(at)}: ${name}`,
  );
  const others = unmet.filter((name) => !known.includes(name)).slice(0, UNMET_MAX - known.length);
  return others.length === 0 ? state : { ...state, unmet: [...known, ...others] };
}

function withRoot(state: FlowState, tree: Activation | Ended): FlowState {
  return isOpen(tree) ? { ...state, root: tree } : endRun(state, tree);
}

function withTimers(state: FlowState, timers: FlowState['timers']): FlowState {
  if (timers !== undefined) return { ...state, timers };
  if (state.timers === undefined) return state;
  const { timers: _, ...rest } = state;
  return rest;
}

/** A run that was told to stop ends as cancelled, whatever its last nodes gave. */
function endRun(state: FlowState, ended: Ended): FlowState {
  const { root, timers: _, ...rest } = state;
  const values = root?.kind === 'graph' && ended.kind !== 'ok' ? { values: root.values } : {};
  if (state.cancel !== undefined || ended.kind === 'gone')
    return { ...rest, ended: { outcome: { kind: 'cancelled', reason: state.cancel?.reason ?? '' }, ...values } };
  if (ended.kind === 'failed')
    return { ...rest, ended: { outcome: { kind: 'failed', error: ended.error }, ...values } };
  return { ...rest, ended: { outcome: { kind: 'ok', output: ended.output ?? null } } };
}

/** What an event does to its activation. */
function afterEvent(plan: NodePlan, activation: Activation, event: TreeEvent): Activation | Ended {
  switch (event.type) {
    case 'NodeEnded':
      return endedWell(plan, activation, event);
    case 'NodeFailed':
      return endedBadly(plan, activation, event);
    case 'NodeCancelled':
      return { kind: 'gone' };
    case 'NodeStopping': {
      const { deadline: _, asked: __, ...rest } = activation;
      const failed = event.error ?? activation.failed;
      return { ...rest, stop: event.how, ...(failed === undefined ? {} : { failed }) };
    }
    case 'UndoStarted': {
      if (activation.kind !== 'saga' || activation.undoing !== undefined) return activation;
      const { deadline: _, asked: __, stop: ___, phase: ____, output: _____, failed: child, ...rest } = activation;
      const failed = event.how === 'fail' ? (event.error ?? child) : undefined;
      return { ...rest, undoing: {}, ...(failed === undefined ? {} : { failed }) };
    }
    case 'Asked':
      return asked(activation, event);
    case 'Answered': {
      if (activation.phase !== 'before') return activation;
      const { phase: _, asked: __, ...rest } = activation;
      const edited = event.input === undefined ? {} : { input: event.input };
      return plan.lock === undefined ? { ...rest, ...edited } : { ...rest, ...edited, phase: 'lock' };
    }
    case 'LockClaimed':
      return activation.phase === 'lock' ? { ...activation, claim: event.key } : activation;
    case 'LockGranted': {
      if (activation.phase !== 'lock') return activation;
      const { phase: _, ...rest } = activation;
      return { ...rest, locked: true };
    }
    case 'WaitStarted':
      return activation.kind === 'wait' ? { ...activation, until: event.until } : activation;
    case 'ItemsListed':
      if (activation.kind !== 'map' || activation.items !== undefined) return activation;
      return { ...activation, items: event.items, slots: emptySlots(event.items.length) };
    case 'GraphStarted':
    case 'Stepped':
    case 'StateEdited':
      if (activation.kind !== 'graph' || plan.kind !== 'graph') return activation;
      return evolveGraph(plan, activation, event);
  }
}

function endedWell(plan: NodePlan, activation: Activation, event: Extract<FlowEvent, { type: 'NodeEnded' }>): Ended {
  const { output, writes } = event;
  const own = output !== undefined || activation.output !== undefined || !givesWhatItWasGiven(activation);
  const value: { output?: Json } = own
    ? { output: output === undefined ? derivedOutput(plan, activation) : output }
    : {};
  return writes === undefined ? { kind: 'ok', ...value } : { kind: 'ok', ...value, writes };
}

/** Such a node says its output only when it is not the state of the graph around it. */
function givesWhatItWasGiven({ kind }: Activation): boolean {
  return kind === 'pass' || kind === 'wait';
}

function endedBadly(plan: NodePlan, activation: Activation, event: Extract<FlowEvent, { type: 'NodeFailed' }>): Ended {
  const error = event.error ?? activation.failed;
  if (error === undefined) return { kind: 'gone' };
  if (plan.onError !== 'continue' || event.final === true) return { kind: 'failed', error };
  const output: Json = { error: errorValue(error) };
  return event.writes === undefined ? { kind: 'ok', output } : { kind: 'ok', output, writes: event.writes };
}

function asked(activation: Activation, event: Extract<FlowEvent, { type: 'Asked' }>): Activation {
  const isAgain = event.after !== true || activation.phase === 'after';
  const times = isAgain ? (activation.asked?.times ?? 0) + 1 : 1;
  const question = event.deadline === undefined ? { times } : { times, deadline: event.deadline };
  if (isAgain) return isBareAsk(activation) ? { kind: 'ask', asked: question } : { ...activation, asked: question };
  const output: { output?: Json } = event.output === undefined ? {} : { output: event.output };
  const { locked: _, claim: __, ...rest } = activation.kind === 'wait' ? withoutTime(activation) : activation;
  return { ...rest, ...output, phase: 'after', asked: question };
}

/** Most runs that wait are this, many at a time: a copy of it with one member more would take a list for that. */
function isBareAsk(activation: Activation): boolean {
  if (activation.kind !== 'ask') return false;
  for (const name in activation) if (name !== 'kind') return false;
  return true;
}

function withoutTime({ until: _, ...rest }: WaitActivation): WaitActivation {
  return rest;
}
