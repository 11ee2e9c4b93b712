import { errorData, isJsonObject, type Json, type JsonObject, type Outcome, type ProgramEffect } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import { problemOf } from './call-problem.js';
import type { Draft } from './draft.js';
import { fail } from './ending.js';
import { ownId } from './path.js';
import type { Place, PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { FlowScope, inputOf } from './scope.js';
import { placesIn } from './secret-places.js';
import { sizeError, sizeOf } from './value-size.js';

type CallEffect = Extract<ProgramEffect, { type: 'call' }>;

/** Calls the capability of a task. Nothing is stored of it: that the task is open says that its call is in flight. */
export function runTask(draft: Draft, place: PlaceOf<'task'>): void {
  const made = attempt(() => callOf(draft, place));
  if (!made.ok) return fail(draft, place, made.error);
  const { input } = made.value;
  // The state of its graph was measured as it grew.
  const around = place.parent?.activation;
  const isState = around?.kind === 'graph' && around.values === input;
  const { stickyKey } = made.value;
  const tooLarge =
    (isState ? undefined : sizeError(sizeOf(input), 'its input')) ??
    (stickyKey === undefined ? undefined : sizeError(sizeOf(stickyKey), 'its "stickyKey"'));
  if (tooLarge === undefined) draft.ask(made.value);
  else fail(draft, place, tooLarge);
}

function callOf(draft: Draft, place: PlaceOf<'task'>): CallEffect {
  const { plan } = place;
  const input = callInput(inputOf(place));
  const call: Writable<CallEffect> = { type: 'call', callId: ownId(place.at), capability: plan.call, input };
  if (draft.state.timers !== undefined) addTimeout(draft, place, call);
  if (plan.retry !== undefined) call.retry = plan.retry;
  if (plan.policy !== undefined) call.policy = plan.policy;
  if (plan.stickyKey !== undefined) call.stickyKey = plan.stickyKey(new FlowScope(place));
  if (plan.secrets !== undefined) {
    const places = placesIn(input, plan.secrets(new FlowScope(place)));
    if (places !== undefined) call.secrets = places;
  }
  return call;
}

function callInput(input: Json): JsonObject {
  return isJsonObject(input) ? input : { value: input };
}

/** The host is told the time that is left, so that a call is ended where it runs, too. What is around a saga does not end its undoing. */
function addTimeout(draft: Draft, place: Place, call: Writable<CallEffect>): void {
  let until = Number.POSITIVE_INFINITY;
  for (let outer: Place | undefined = place; outer !== undefined && !undoes(outer); outer = outer.parent)
    until = Math.min(until, outer.activation.deadline ?? until);
  if (Number.isFinite(until)) call.timeoutMs = Math.max(1, until - draft.now);
}

function undoes({ activation }: Place): boolean {
  return activation.kind === 'saga' && activation.undoing !== undefined;
}

/** Takes what came of a task's call. */
export function settleTask(draft: Draft, place: Place, outcome: Outcome): void {
  if (outcome.kind !== 'ok') return fail(draft, place, problemOf(outcome));
  // Hosts copy outputs by JSON, so that there always is one; a host that does not must not bring a run to a state of its own.
  if (outcome.output === undefined) return fail(draft, place, errorData('OUTPUT_REFUSED', 'its call gave no JSON'));
  conclude(draft, place, outcome.output);
}
