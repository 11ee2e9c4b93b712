import type { Instant, Json } from 'tau-core';
import { errorValue } from './error-value.js';
import type { FlowEvent } from './event.js';
import { evolveGraph } from './evolve-graph.js';
import { type Change, changeAt, startAt } from './evolve-tree.js';
import type { FlowPlan } from './flow-plan.js';
import type { NodePlan } from './node-plan.js';
import { derivedOutput, emptySlots, startActivation } from './start-activation.js';
import type { Activation, Ended, FlowState, WaitActivation } from './state.js';
import { afterTally, type Tally, tallyTree, timersOf } from './timers.js';

/** The state after an event. Total: an event that does not fit leaves the state as it is. */
export function evolve(plan: FlowPlan, state: FlowState, event: FlowEvent): FlowState {
  if (state.ended !== undefined) return state;
  switch (event.type) {
    case 'CancelRequested':
      return state.cancel === undefined ? { ...state, cancel: { reason: event.reason } } : state;
    case 'EditRefused':
      return { ...state, editRefused: event.reason };
    case 'TimersChecked':
      return withTimers(state, timersOf(plan.root, state.root));
    case 'NodeStarted':
      return event.at === '' ? startRoot(plan, state, event.now) : startChild(plan, state, event.at, event.now);
    case 'GraphStarted': {
      if (event.at !== '' || event.values !== undefined) return changeTree(plan, state, event);
      const { input, ...rest } = changeTree(plan, state, { ...event, values: state.input ?? {} });
      return input === undefined || plan.root.after !== undefined ? { ...rest, ...(input && { input }) } : rest;
    }
    case 'StateEdited': {
      const { editRefused: _, ...rest } = changeTree(plan, state, event);
      return rest;
    }
    default:
      return changeTree(plan, state, event);
  }
}

function startRoot(plan: FlowPlan, state: FlowState, now: Instant | undefined): FlowState {
  if (state.root !== undefined) return state;
  const root = startActivation(plan.root, now);
  return withTimers({ ...state, root }, timersOf(plan.root, root));
}

function startChild(plan: FlowPlan, state: FlowState, at: string, now: Instant | undefined): FlowState {
  if (state.root === undefined) return state;
  const tally: Tally = { now, count: 0, next: undefined };
  const root = startAt(plan.root, state.root, { path: at, tally });
  if (root === state.root) return state;
  return tally.count === 0 ? { ...state, root } : withTimers({ ...state, root }, afterTally(state.timers, tally));
}

type TreeEvent = Exclude<FlowEvent, { type: 'CancelRequested' | 'EditRefused' | 'TimersChecked' | 'NodeStarted' }>;

/** Changes the activation that the event names, and keeps count of the deadlines that come and go with it. */
function changeTree(plan: FlowPlan, state: FlowState, event: TreeEvent): FlowState {
  const { root } = state;
  if (root === undefined) return state;
  const now = 'now' in event ? event.now : undefined;
  const brings = now !== undefined || event.type === 'WaitStarted' || (event.type === 'Asked' && 'deadline' in event);
  const tally: Tally = { now, count: 0, next: undefined };
  const counts = brings || state.timers !== undefined;
  const change: Change = (node, activation) => {
    const changed = afterEvent(node, activation, event);
    if (counts && changed !== activation) {
      tallyTree(node, activation, tally, -1);
      tallyTree(node, changed, tally, 1);
    }
    return changed;
  };
  const tree = changeAt(plan.root, root, event.at, change);
  if (tree === root) return state;
  if (tree.kind === 'ok' || tree.kind === 'failed' || tree.kind === 'gone') return endRun(state, tree);
  return counts ? withTimers({ ...state, root: tree }, afterTally(state.timers, tally)) : { ...state, root: tree };
}

function withTimers(state: FlowState, timers: FlowState['timers']): FlowState {
  const { timers: _, ...rest } = state;
  return timers === undefined ? rest : { ...rest, timers };
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
  const value: { output?: Json } = own ? { output: output ?? derivedOutput(plan, activation) } : {};
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
  const times = (activation.asked?.times ?? 0) + 1;
  const question = event.deadline === undefined ? { times } : { times, deadline: event.deadline };
  if (event.after !== true || activation.phase === 'after') return { ...activation, asked: question };
  const output: { output?: Json } = event.output === undefined ? {} : { output: event.output };
  const { locked: _, ...rest } = activation.kind === 'wait' ? withoutTime(activation) : activation;
  return { ...rest, ...output, phase: 'after', asked: question };
}

function withoutTime({ until: _, ...rest }: WaitActivation): WaitActivation {
  return rest;
}
