import type { ErrorData, Outcome } from 'tau-core';
import type { WorkOrder } from '../region/effects.js';
import { FairQueue } from './fair-queue.js';
import { leaveGate } from './leave-gate.js';
import type { DispatchEffect } from './signals.js';
import { type DispatchState, type Instance, STICKY_MAX, type Work, type WorkRef } from './state.js';

/** Fences stay whole numbers in JavaScript and on the wire: 21 bits of epoch above 32 bits of dispatches. */
const FENCES_AN_EPOCH = 2 ** 32;

export function refOf(work: Work): WorkRef {
  return { workId: work.order.workId, attempt: work.order.attempt, fence: work.fence };
}

/** Gives work to a provider with credit, or queues it. */
export function offer(state: DispatchState, work: Work, now: number, effects: DispatchEffect[]): void {
  // What is late is queued all the same: its deadline ends it at the end of this very decision.
  const provider = state.draining || work.order.deadlineMs <= now ? undefined : chooseProvider(state, work);
  if (provider !== undefined) return lease(state, work, provider, now, effects);
  work.phase = 'queued';
  queueOf(state, work.order.capability).push(work, work.order.priority, work.order.fairnessKey);
  state.workDeadlines.set(work, Math.min(work.waitUntilMs, work.order.deadlineMs));
}

/** An instance has (more) credit: it gets what waits for it. Its capabilities take turns, so that none starves. */
export function drainQueues(state: DispatchState, instance: Instance, now: number, effects: DispatchEffect[]): void {
  if (state.draining) return;
  const fits = ({ bytes, order }: Work): boolean =>
    bytes <= instance.creditBytes && order.deadlineMs > now && isRoutedTo(state, order, instance);
  for (let passed = 0; passed < instance.turns.length && canTakeMore(instance); ) {
    const capability = instance.turns.shift() ?? '';
    instance.turns.push(capability);
    const work = state.queues.get(capability)?.take(fits);
    passed = work === undefined ? passed + 1 : 0;
    if (work !== undefined) lease(state, work, instance, now, effects);
  }
}

/**
 * An instance takes no more work: it is leaving, or gone. Queued work that was routed to it may go to others now, and
 * what nobody offers any more is waited for anew: a provider that restarts needs its time from here.
 */
export function turnAway(state: DispatchState, instance: Instance, now: number, effects: DispatchEffect[]): void {
  for (const work of state.work.values()) {
    if (work.phase !== 'queued' || !instance.capabilities.has(work.order.capability)) continue;
    work.waitUntilMs = now + state.limits.providerWaitMs;
    state.workDeadlines.set(work, Math.min(work.waitUntilMs, work.order.deadlineMs));
  }
  for (const other of state.instances.values()) if (other !== instance) drainQueues(state, other, now, effects);
}

export function queueOf(state: DispatchState, capability: string): FairQueue<Work> {
  const known = state.queues.get(capability);
  if (known !== undefined) return known;
  const queue = new FairQueue<Work>();
  state.queues.set(capability, queue);
  return queue;
}

/** How an attempt ends that no provider was given: it did nothing, but an earlier one may have. */
export function notDone(order: WorkOrder, error: ErrorData): Outcome {
  return order.redelivered ? { kind: 'unknown', error: { ...error, outcome: 'unknown' } } : { kind: 'failed', error };
}

/** Takes work out of its queue and out of the machine. */
export function forget(state: DispatchState, work: Work): void {
  leaveQueue(state, work);
  leaveGate(state, work);
  work.holder?.leased.delete(work);
  state.workDeadlines.delete(work);
  if (state.work.get(work.order.workId) === work) state.work.delete(work.order.workId);
}

/** Takes work out of its queue, if it is in one. */
export function leaveQueue(state: DispatchState, work: Work): void {
  const { capability, priority, fairnessKey } = work.order;
  if (work.phase === 'queued') state.queues.get(capability)?.remove(work, priority, fairnessKey);
}

/** Work with the same sticky key goes to this instance from now on. */
export function bindSticky(state: DispatchState, order: WorkOrder, instance: Instance): void {
  if (instance.capabilities.get(order.capability) !== 'sticky' || order.stickyKey === undefined) return;
  const key = stickyKeyOf(order, order.stickyKey);
  if (state.sticky.get(key) === instance) return;
  // A key that is bound anew is the youngest.
  state.sticky.delete(key);
  state.sticky.set(key, instance);
  if (state.sticky.size <= STICKY_MAX) return;
  const oldest = state.sticky.keys().next().value;
  if (oldest !== undefined) state.sticky.delete(oldest);
}

/** Whether any instance that is attached, or whose lease has not run out, offers the capability. */
export function isProvided(state: DispatchState, capability: string): boolean {
  for (const instance of state.instances.values()) {
    if (instance.capabilities.has(capability) && !instance.leaving) return true;
  }
  return false;
}

function lease(state: DispatchState, work: Work, instance: Instance, now: number, effects: DispatchEffect[]): void {
  state.fenceCounter += 1;
  work.fence = state.epoch * FENCES_AN_EPOCH + state.fenceCounter;
  work.phase = 'leased';
  work.holder = instance;
  instance.leased.add(work);
  instance.creditItems -= 1;
  instance.creditBytes -= work.bytes;
  bindSticky(state, work.order, instance);
  state.workDeadlines.set(work, work.order.deadlineMs);
  effects.push({
    type: 'work',
    registrationId: instance.registrationId,
    ref: refOf(work),
    order: work.order,
    redelivered: work.order.redelivered,
    remainingMs: Math.max(0, work.order.deadlineMs - now),
  });
}

function chooseProvider(state: DispatchState, work: Work): Instance | undefined {
  let best: Instance | undefined;
  for (const instance of state.instances.values()) {
    if (!instance.capabilities.has(work.order.capability)) continue;
    if (!canTakeMore(instance) || work.bytes > instance.creditBytes) continue;
    if (!isRoutedTo(state, work.order, instance)) continue;
    if (best === undefined || instance.leased.size < best.leased.size) best = instance;
  }
  return best;
}

function canTakeMore(instance: Instance): boolean {
  return instance.welcomed && !instance.leaving && instance.creditItems > 0;
}

/** Whether routing lets this instance have the work. */
function isRoutedTo(state: DispatchState, order: WorkOrder, instance: Instance): boolean {
  const routing = instance.capabilities.get(order.capability);
  if (routing === 'leader') return leaderOf(state, order.capability) === instance;
  if (routing !== 'sticky' || order.stickyKey === undefined) return true;
  const bound = state.sticky.get(stickyKeyOf(order, order.stickyKey));
  const isThere = bound !== undefined && state.instances.get(bound.registrationId) === bound && !bound.leaving;
  return !isThere || bound === instance;
}

function stickyKeyOf({ capability }: WorkOrder, stickyKey: string): string {
  return `${capability} ${stickyKey}`;
}

/** The longest registered instance that offers the capability: a Map keeps the order of registration. */
function leaderOf(state: DispatchState, capability: string): Instance | undefined {
  for (const instance of state.instances.values()) {
    if (instance.capabilities.has(capability) && !instance.leaving) return instance;
  }
  return undefined;
}
