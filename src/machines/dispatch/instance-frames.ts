import { errorData } from 'tau-core';
import { drainQueues, turnAway } from './assign.js';
import { scheduleInstance } from './deadlines.js';
import { leaveGate } from './leave-gate.js';
import { loseAll, reconcile } from './reconcile.js';
import { removeInstance } from './registration.js';
import type { DispatchEffect, DispatchInput } from './signals.js';
import type { DispatchState, Instance } from './state.js';

/** What comes up an instance's stream, and the stream's end. */
export type InstanceInput = Extract<
  DispatchInput,
  { type: 'hello' | 'credit' | 'result' | 'alive' | 'leaving' | 'cut' }
>;

/** Takes a frame of an instance. Whatever it says, it is a sign of life. */
export function takeFrame(state: DispatchState, input: InstanceInput, now: number, effects: DispatchEffect[]): void {
  const instance = state.instances.get(input.registrationId);
  if (instance === undefined) {
    if (input.type === 'hello') {
      const error = errorData(
        'NOT_REGISTERED',
        'this kernel does not know the registration (any more): register again',
      );
      effects.push({ type: 'close', registrationId: input.registrationId, error });
    }
    return;
  }
  if (input.type === 'cut') return cut(state, instance, now, effects);
  instance.lastFrameMs = now;
  switch (input.type) {
    case 'hello':
      return hello(state, instance, input, now, effects);
    case 'credit':
      instance.creditItems += input.items;
      instance.creditBytes += input.bytes;
      return drainQueues(state, instance, now, effects);
    case 'result':
      return takeResult(state, instance, input, effects);
    case 'leaving':
      instance.leaving = true;
      return turnAway(state, instance, now, effects);
    case 'alive':
      return;
  }
}

function hello(
  state: DispatchState,
  instance: Instance,
  input: Extract<DispatchInput, { type: 'hello' }>,
  now: number,
  effects: DispatchEffect[],
): void {
  instance.attached = true;
  instance.welcomed = false;
  instance.leaving = false;
  // Credits belong to a stream: what was in the air when it was cut cannot be told.
  instance.creditItems = 0;
  instance.creditBytes = 0;
  scheduleInstance(state, instance, now);
  if (state.draining) effects.push({ type: 'draining', registrationId: instance.registrationId, graceMs: 0 });
  const empty = input.running.length === 0 && input.kept.length === 0;
  if (state.recovered || empty) return reconcile(state, instance, input.running, input.kept, now, effects);
  instance.heldHello = { running: input.running, kept: input.kept };
}

function cut(state: DispatchState, instance: Instance, now: number, effects: DispatchEffect[]): void {
  if (instance.leaving) {
    // It said goodbye: whatever crossed with that was not taken up, and nobody waits for its return.
    loseAll(state, instance, `its provider "${instance.manifest.instanceId}" has left`, effects);
    removeInstance(
      state,
      instance,
      errorData('UNREACHABLE', `"${instance.manifest.instanceId}" has left`),
      now,
      effects,
    );
    return;
  }
  instance.attached = false;
  instance.welcomed = false;
  instance.heldHello = undefined;
  state.instanceDeadlines.set(instance, instance.lastFrameMs + state.limits.leaseTtlMs);
}

function takeResult(
  state: DispatchState,
  instance: Instance,
  { ref, outcome, usage }: Extract<DispatchInput, { type: 'result' }>,
  effects: DispatchEffect[],
): void {
  const { registrationId } = instance;
  const work = state.work.get(ref.workId);
  const current =
    work !== undefined && work.order.attempt === ref.attempt && work.fence === ref.fence && work.holder === instance;
  if (!current) {
    effects.push({ type: 'ack', registrationId, ref, verdict: state.accepted.has(ref) ? 'duplicate' : 'stale' });
    return;
  }
  // Sent again while its region decides: one answer will do for both.
  if (work.phase === 'settling') return;
  work.phase = 'settling';
  leaveGate(state, work, outcome);
  state.workDeadlines.delete(work);
  effects.push({ type: 'settle', order: work.order, outcome, ...(usage && { usage }), from: { registrationId, ref } });
}
