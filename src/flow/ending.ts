import { type ErrorData, errorData, type Json, type JsonObject } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import { openLock } from './call-ids.js';
import { lastUndo } from './children.js';
import type { Draft } from './draft.js';
import { errorValue } from './error-value.js';
import type { FlowEvent } from './event.js';
import { outputProblem, strayTarget } from './graph-command.js';
import { NAME_CHARS_MAX } from './limits.js';
import type { NodePlan } from './node-plan.js';
import { labelOf } from './path.js';
import type { Place } from './place.js';
import { FlowScope, isGivenState } from './scope.js';
import { shortened } from './shortened.js';
import { derivedOutput } from './start-activation.js';
import { stopChildren } from './stopping.js';
import { sizeError, sizeOf } from './value-size.js';

type NodeEnded = Writable<Extract<FlowEvent, { type: 'NodeEnded' }>>;
type NodeFailed = Writable<Extract<FlowEvent, { type: 'NodeFailed' }>>;

/** Ends a node with an output; without one it gives what its state has. What it writes is checked here. */
export function complete(draft: Draft, place: Place, output?: Json): void {
  const ended: NodeEnded = { type: 'NodeEnded', at: place.at };
  const tooLarge = outputError(draft, place, output);
  if (tooLarge !== undefined) return fail(draft, place, tooLarge);
  if (output !== undefined) ended.output = output;
  const graph = place.parent?.plan;
  if (graph?.kind === 'graph') {
    const { writes } = place.plan;
    const value = output === undefined ? givenOrDerived(place) : output;
    if (writes !== undefined) {
      const written = attempt(() => evaluateWrites(place, value));
      if (!written.ok) return fail(draft, place, written.error);
      ended.writes = written.value;
      for (const [key, value] of Object.entries(written.value)) {
        const size = sizeOf(value ?? null);
        const large = sizeError(size, `what node "${place.plan.name}" writes to key "${key}"`, { key });
        if (large !== undefined) return fail(draft, place, large);
        draft.weigh(size);
      }
    } else if (value !== undefined) {
      const problem = outputProblem(place.plan, value);
      if (problem !== undefined) return fail(draft, place, problem);
    }
    const stray = value === undefined ? undefined : strayTarget(graph, place.plan, value);
    if (stray !== undefined) return fail(draft, place, leadsNowhere(place.plan, stray));
  }
  draft.happen(ended);
  release(draft, place);
}

/** Why an output is too large: what a node gives itself, or what a pattern makes of what others gave. */
export function outputError(
  draft: Draft,
  { plan, activation }: Place,
  output: Json | undefined,
): ErrorData | undefined {
  if (output !== undefined) {
    const size = sizeOf(output);
    const tooLarge = sizeError(size, 'its output');
    if (tooLarge === undefined) draft.weigh(size);
    return tooLarge;
  }
  const { kind } = activation;
  const isMade = activation.output === undefined && (kind === 'parallel' || kind === 'map' || kind === 'race');
  return isMade ? sizeError(sizeOf(derivedOutput(plan, activation)), 'its output, of all that is in it,') : undefined;
}

/** Nothing for what gives the state of its graph as it is: that is neither an update nor worth storing. */
function givenOrDerived(place: Place): Json | undefined {
  const { kind, output, input } = place.activation;
  if ((kind !== 'pass' && kind !== 'wait') || output !== undefined || input !== undefined)
    return derivedOutput(place.plan, place.activation);
  return place.plan.writes !== undefined && isGivenState(place) && place.parent?.activation.kind === 'graph'
    ? place.parent.activation.values
    : undefined;
}

function evaluateWrites(place: Place, output: Json | undefined): JsonObject {
  const scope = new FlowScope(place, { output: output ?? null });
  const written: { [key: string]: Json } = {};
  for (const { name, value } of place.plan.writes ?? []) written[name] = value(scope);
  return written;
}

function leadsNowhere(plan: NodePlan, stray: string): ErrorData {
  const target = shortened(stray, NAME_CHARS_MAX);
  return errorData(
    'STATE_REFUSED',
    `node "${plan.name}" leads to "${target}", which its "leadsTo" does not have: add it there`,
    { details: { node: plan.name, target } },
  );
}

/** Fails a node by something of its own; the error says where. */
export function fail(draft: Draft, place: Place, error: ErrorData): void {
  const at = labelOf(place.at);
  const message = place.parent === undefined ? error.message : `${at}: ${error.message}`;
  failWith(draft, place, { ...error, message, details: { ...error.details, at } });
}

/**
 * Fails a node, by the failure of a child of it when there is no error. What is open in it is stopped first; its own call has
 * settled, or was withdrawn by the caller.
 */
export function failWith(draft: Draft, place: Place, error?: ErrorData): void {
  const what = error === undefined ? {} : { error };
  if (!stopChildren(draft, place, reasonOf(place, error))) {
    draft.happen({ type: 'NodeStopping', at: place.at, how: 'fail', ...what });
    return;
  }
  if (canUndo(place)) {
    draft.happen({ type: 'UndoStarted', at: place.at, how: 'fail', ...what });
    draft.push('advance', place.at);
    return;
  }
  endFailed(draft, place, error);
}

function reasonOf(place: Place, error: ErrorData | undefined): string {
  const { message } = error ?? place.activation.failed ?? { message: `${labelOf(place.at)} fails` };
  return message.slice(0, 200);
}

/** Fails a node in which nothing is open any more. */
export function endFailed(draft: Draft, place: Place, error?: ErrorData): void {
  const failed: NodeFailed = { type: 'NodeFailed', at: place.at };
  if (error !== undefined) failed.error = error;
  const cause = error ?? place.activation.failed;
  if (place.plan.onError === 'continue' && place.plan.writes !== undefined && cause !== undefined) {
    const written = attempt(() => evaluateWrites(place, { error: errorValue(cause) }));
    if (written.ok) failed.writes = written.value;
    else failed.final = true;
  }
  draft.happen(failed);
  release(draft, place);
}

/** Ends a node as cancelled in which nothing is open any more. */
export function endCancelled(draft: Draft, place: Place): void {
  draft.happen({ type: 'NodeCancelled', at: place.at });
  release(draft, place);
}

/** Gives back the lock of a node that has ended, and lets what it is in go on. */
function release(draft: Draft, place: Place): void {
  const lock = openLock(place);
  if (lock !== undefined) draft.releaseLock(lock);
  if (place.parent !== undefined) draft.push('advance', place.parent.at);
}

/** Whether a saga has something to undo, and does not undo it already. */
export function canUndo({ plan, activation }: Place): boolean {
  if (plan.kind !== 'saga' || activation.kind !== 'saga' || activation.undoing !== undefined) return false;
  return lastUndo(plan, activation.done.length) !== undefined;
}
