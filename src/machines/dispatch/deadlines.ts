import { errorData, type Outcome } from 'tau-core';
import { forget, isProvided, notDone } from './assign.js';
import { admit } from './call-policies.js';
import { leaveGate } from './leave-gate.js';
import { loseAll } from './reconcile.js';
import { removeInstance } from './registration.js';
import type { DispatchEffect } from './signals.js';
import type { DispatchState, Instance, Work, WorkRef } from './state.js';

/** Pings in one lease: two may be lost without harm. */
const PINGS_A_LEASE = 3;

/** Does what is due: backoffs, deadlines and waits of work, then pings and leases of instances. */
export function timePasses(state: DispatchState, now: number, effects: DispatchEffect[]): void {
  for (let work = state.workDeadlines.takeDue(now); work !== undefined; work = state.workDeadlines.takeDue(now)) {
    workDue(state, work, now, effects);
  }
  for (let due = state.instanceDeadlines.takeDue(now); due !== undefined; due = state.instanceDeadlines.takeDue(now)) {
    instanceDue(state, due, now, effects);
  }
}

/** When an instance must be looked at next: to be pinged, or because its lease has ended. */
export function scheduleInstance(state: DispatchState, instance: Instance, now: number): void {
  const expiry = instance.lastFrameMs + state.limits.leaseTtlMs;
  if (instance.nextPingMs <= now) instance.nextPingMs = now + Math.floor(state.limits.leaseTtlMs / PINGS_A_LEASE);
  state.instanceDeadlines.set(instance, instance.attached ? Math.min(expiry, instance.nextPingMs) : expiry);
}

function workDue(state: DispatchState, work: Work, now: number, effects: DispatchEffect[]): void {
  const { order } = work;
  if (work.phase === 'delayed' && now < order.deadlineMs) return admit(state, work, now, effects);
  const provided = isProvided(state, order.capability);
  if (now < order.deadlineMs && provided) {
    // Somebody offers it and is busy or away for a moment: ask again when it may have changed.
    work.waitUntilMs = now + state.limits.providerWaitMs;
    state.workDeadlines.set(work, Math.min(work.waitUntilMs, order.deadlineMs));
    return;
  }
  const { holder } = work;
  if (holder !== undefined) {
    const ref: WorkRef = { workId: order.workId, attempt: order.attempt, fence: work.fence };
    effects.push({ type: 'cancel', registrationId: holder.registrationId, ref, reason: 'its deadline has passed' });
    const error = errorData(
      'WORK_DEADLINE',
      `${order.capability} did not answer before the deadline; what it did is unknown`,
    );
    const outcome: Outcome = { kind: 'unknown', error };
    leaveGate(state, work, outcome);
    effects.push({ type: 'settle', order, outcome });
  } else if (work.phase === 'gated') {
    const message = `${order.capability} had no turn under its policies before the deadline; allow more, or give it longer`;
    const error = errorData('WORK_DEADLINE', message, { outcome: 'not-done' });
    effects.push({ type: 'settle', order, outcome: notDone(order, error) });
  } else if (!provided) {
    const message = `no extension offers ${order.capability}; start one that does, or correct the name ("tau doctor" lists what is offered)`;
    effects.push({ type: 'settle', order, outcome: notDone(order, errorData('NO_PROVIDER', message)) });
  } else {
    const message = `no provider of ${order.capability} had time before the deadline; attach more, or give it longer`;
    const error = errorData('WORK_DEADLINE', message, { outcome: 'not-done' });
    effects.push({ type: 'settle', order, outcome: notDone(order, error) });
  }
  forget(state, work);
}

function instanceDue(state: DispatchState, instance: Instance, now: number, effects: DispatchEffect[]): void {
  const expired = now >= instance.lastFrameMs + state.limits.leaseTtlMs;
  if (!expired) {
    if (instance.attached && now >= instance.nextPingMs) {
      effects.push({ type: 'ping', registrationId: instance.registrationId });
      instance.nextPingMs = now + Math.floor(state.limits.leaseTtlMs / PINGS_A_LEASE);
    }
    return scheduleInstance(state, instance, now);
  }
  const error = errorData(
    'UNREACHABLE',
    `"${instance.manifest.instanceId}" gave no sign of life for ${state.limits.leaseTtlMs} ms`,
  );
  loseAll(state, instance, `its provider "${instance.manifest.instanceId}" is gone`, effects);
  if (instance.attached) effects.push({ type: 'close', registrationId: instance.registrationId, error });
  removeInstance(state, instance, error, now, effects);
}
