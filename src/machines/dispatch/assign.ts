import type { WorkOrder } from '../region/effects.js';
import { FairQueue } from './fair-queue.js';
import type { DispatchEffect } from './signals.js';
import { type DispatchState, type Instance, STICKY_MAX, type Work, type WorkRef } from './state.js';

/** Fences stay whole numbers in JavaScript and on the wire: 21 bits of epoch above 32 bits of dispatches. */
const FENCES_AN_EPOCH = 2 ** 32;

export function refOf(work: Work): WorkRef {
  return { workId: work.order.workId, attempt: work.order.attempt, fence: work.fence };
}

/** Gives work to a provider with credit, or queues it. */
export function offer(state: DispatchState, work: Work, now: number, effects: DispatchEffect[]): void {
  const provider = state.draining ? undefined : chooseProvider(state, work);
  if (provider !== undefined) return lease(state, work, provider, now, effects);
  work.phase = 'queued';
  queueOf(state, work.order.capability).push(work, work.order.priority, work.order.fairnessKey);
  state.workDeadlines.set(work, Math.min(work.waitUntilMs, work.order.deadlineMs));
}

/** An instance has (more) credit: it gets what waits for it, capability by capability. */
export function drainQueues(state: DispatchState, instance: Instance, now: number, effects: DispatchEffect[]): void {
  if (state.draining) return;
  for (const capability of instance.capabilities.keys()) {
    const queue = state.queues.get(capability);
    while (queue !== undefined && queue.size > 0 && canTakeMore(instance)) {
      const work = queue.take((item) => item.bytes <= instance.creditBytes && isRoutedTo(state, item.order, instance));
      if (work === undefined) break;
      lease(state, work, instance, now, effects);
    }
  }
}

export function queueOf(state: DispatchState, capability: string): FairQueue<Work> {
  const known = state.queues.get(capability);
  if (known !== undefined) return known;
  const queue = new FairQueue<Work>();
  state.queues.set(capability, queue);
  return queue;
}

/** Takes work out of its queue and out of the machine. */
export function forget(state: DispatchState, work: Work): void {
  if (work.phase === 'queued') state.queues.get(work.order.capability)?.remove((item) => item === work);
  work.holder?.leased.delete(work);
  state.workDeadlines.delete(work);
  if (state.work.get(work.order.workId) === work) state.work.delete(work.order.workId);
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
  state.workDeadlines.set(work, work.order.deadlineMs);
  effects.push({
    type: 'work',
    registrationId: instance.registrationId,
    ref: refOf(work),
    order: work.order,
    redelivered: work.redelivered || work.order.redelivered,
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

/** Whether routing lets this instance have the work; binds a sticky key to it if the key is free. */
function isRoutedTo(state: DispatchState, order: WorkOrder, instance: Instance): boolean {
  const routing = instance.capabilities.get(order.capability);
  if (routing === 'leader') return leaderOf(state, order.capability) === instance;
  if (routing !== 'sticky' || order.stickyKey === undefined) return true;
  const key = `${order.capability} ${order.stickyKey}`;
  const bound = state.sticky.get(key);
  if (bound !== undefined && state.instances.get(bound.registrationId) === bound && !bound.leaving) return bound === instance;
  state.sticky.delete(key);
  state.sticky.set(key, instance);
  if (state.sticky.size > STICKY_MAX) {
    const oldest = state.sticky.keys().next().value;
    if (oldest !== undefined) state.sticky.delete(oldest);
  }
  return true;
}

/** The longest registered instance that offers the capability: a Map keeps the order of registration. */
function leaderOf(state: DispatchState, capability: string): Instance | undefined {
  for (const instance of state.instances.values()) {
    if (instance.capabilities.has(capability) && !instance.leaving) return instance;
  }
  return undefined;
}
