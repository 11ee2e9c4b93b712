import { type ErrorData, earliest, errorData, type Instant, type Outcome } from 'tau-core';
import type { WorkOrder } from '../region/effects.js';
import { drainQueues, forget, isProvided, offer, turnAway } from './assign.js';
import { DeadlineHeap } from './deadline-heap.js';
import { RecentRefs } from './recent-refs.js';
import { loseAll, reconcile } from './reconcile.js';
import { recordGone, register, removeInstance } from './registration.js';
import type { DispatchEffect, DispatchInput } from './signals.js';
import {
  ACCEPTED_MAX,
  type DispatchLimits,
  type DispatchState,
  type Instance,
  type Work,
  type WorkRef,
} from './state.js';

/** Pings in one lease: two may be lost without harm. */
const PINGS_A_LEASE = 3;

/**
 * The dispatch machine: brings work to providers.
 *
 * Owns: registrations, credits, leases and fences, queues by capability, liveness, reconciliation after a cut.
 * Does not own: whether a call is retried or a run goes on (the region machine), streams and timers (the shell).
 * Not journaled: after a restart of the kernel it is rebuilt from the regions' open calls and the extensions' greetings.
 *
 * Invariants:
 * 1. Work is sent only against credit, to one instance at a time, each time with a greater fence.
 * 2. Every attempt added ends in one `settle` or `lost`, is withdrawn or held by its region, or gives way to a newer one.
 * 3. A result is acknowledged only after its region has answered; ACCEPTED at most once for a ref.
 * 4. An instance that gives no sign of life for a lease's length holds nothing.
 */
export class DispatchMachine {
  readonly #state: DispatchState;

  constructor(kernelId: string, limits: DispatchLimits) {
    this.#state = {
      limits,
      work: new Map(),
      queues: new Map(),
      instances: new Map(),
      byInstanceId: new Map(),
      gone: [],
      workDeadlines: new DeadlineHeap(),
      instanceDeadlines: new DeadlineHeap(),
      sticky: new Map(),
      accepted: new RecentRefs(ACCEPTED_MAX),
      epoch: 0,
      fenceCounter: 0,
      registrations: 0,
      kernelId,
      recovered: false,
      draining: false,
    };
  }

  /** For listings; not to be changed from outside. */
  get state(): Readonly<DispatchState> {
    return this.#state;
  }

  nextDeadline(): Instant | undefined {
    return earliest(this.#state.workDeadlines.next(), this.#state.instanceDeadlines.next());
  }

  decide(input: DispatchInput, now: Instant): DispatchEffect[] {
    const effects: DispatchEffect[] = [];
    const state = this.#state;
    switch (input.type) {
      case 'add':
        add(state, input.order, input.order.notBeforeMs, now, effects);
        break;
      case 'recover':
        add(state, input.order, Math.max(input.order.notBeforeMs, now + state.limits.leaseTtlMs), now, effects);
        break;
      case 'withdraw':
        withdraw(state, input.workId, input.reason, effects);
        break;
      case 'hold':
        for (const work of [...state.work.values()]) {
          if (work.order.runId === input.runId && work.holder === undefined) forget(state, work);
        }
        break;
      case 'register':
        register(state, input.manifest, now, effects);
        break;
      case 'refused':
        recordGone(state, { manifest: input.manifest, refused: true, reason: input.error, sinceMs: now });
        break;
      case 'settled':
        settled(state, input.registrationId, input.ref, input.accepted, effects);
        break;
      case 'recovered':
        recovered(state, input.epoch, now, effects);
        break;
      case 'drain':
        state.draining = true;
        for (const { registrationId, attached } of state.instances.values()) {
          if (attached) effects.push({ type: 'draining', registrationId, graceMs: input.graceMs });
        }
        break;
      case 'time':
        break;
      default:
        ofInstance(state, input, now, effects);
    }
    timePasses(state, now, effects);
    return effects;
  }
}

function add(
  state: DispatchState,
  order: WorkOrder,
  notBeforeMs: number,
  now: number,
  effects: DispatchEffect[],
): void {
  const known = state.work.get(order.workId);
  // Asked for again after a pause: it is on its way already, or its result is on its way to the region.
  if (known?.order.attempt === order.attempt) return;
  withdraw(state, order.workId, 'a newer attempt takes its place', effects);
  if (state.work.size >= state.limits.workMax) {
    const error = errorData(
      'QUEUE_FULL',
      `${state.work.size} pieces of work wait, the limit workMax; attach more providers`,
    );
    effects.push({ type: 'settle', order, outcome: notDone(order, error) });
    return;
  }
  const start = Math.max(now, notBeforeMs);
  const work: Work = {
    order,
    bytes: sizeOf(order),
    phase: 'delayed',
    addedMs: now,
    waitUntilMs: start + state.limits.providerWaitMs,
    holder: undefined,
    fence: 0,
  };
  state.work.set(order.workId, work);
  if (start > now) state.workDeadlines.set(work, Math.min(start, order.deadlineMs));
  else offer(state, work, now, effects);
}

/** What a frame of work costs beside its texts, as the contract counts it (`workBytes`): both sides must agree. */
const WORK_FRAME_BYTES = 256;

function sizeOf(order: WorkOrder): number {
  return WORK_FRAME_BYTES + order.inputJson.length + order.answerJson.length;
}

function withdraw(state: DispatchState, workId: string, reason: string, effects: DispatchEffect[]): void {
  const work = state.work.get(workId);
  if (work === undefined) return;
  if (work.holder !== undefined && work.phase === 'leased') {
    const ref: WorkRef = { workId, attempt: work.order.attempt, fence: work.fence };
    effects.push({ type: 'cancel', registrationId: work.holder.registrationId, ref, reason });
  }
  forget(state, work);
}

function settled(
  state: DispatchState,
  registrationId: string,
  ref: WorkRef,
  accepted: boolean,
  effects: DispatchEffect[],
): void {
  const work = state.work.get(ref.workId);
  if (work?.order.attempt === ref.attempt) {
    if (work.fence === ref.fence) forget(state, work);
    // Its holder was lost while the region decided, and the attempt was asked for again before it knew the result.
    else if (accepted) withdraw(state, ref.workId, 'its result was taken already', effects);
  }
  if (accepted) state.accepted.add(ref);
  if (state.instances.get(registrationId)?.attached) {
    effects.push({ type: 'ack', registrationId, ref, verdict: accepted ? 'accepted' : 'stale' });
  }
}

function recovered(state: DispatchState, epoch: number, now: number, effects: DispatchEffect[]): void {
  state.epoch = epoch;
  if (state.recovered) return;
  state.recovered = true;
  for (const instance of state.instances.values()) {
    const hello = instance.heldHello;
    if (hello === undefined) continue;
    instance.heldHello = undefined;
    reconcile(state, instance, hello.running, hello.kept, now, effects);
  }
}

type InstanceInput = Extract<DispatchInput, { type: 'hello' | 'credit' | 'result' | 'alive' | 'leaving' | 'cut' }>;

function ofInstance(state: DispatchState, input: InstanceInput, now: number, effects: DispatchEffect[]): void {
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
  state.workDeadlines.delete(work);
  effects.push({ type: 'settle', order: work.order, outcome, ...(usage && { usage }), from: { registrationId, ref } });
}

function timePasses(state: DispatchState, now: number, effects: DispatchEffect[]): void {
  for (let work = state.workDeadlines.takeDue(now); work !== undefined; work = state.workDeadlines.takeDue(now)) {
    workDue(state, work, now, effects);
  }
  for (let due = state.instanceDeadlines.takeDue(now); due !== undefined; due = state.instanceDeadlines.takeDue(now)) {
    instanceDue(state, due, now, effects);
  }
}

function workDue(state: DispatchState, work: Work, now: number, effects: DispatchEffect[]): void {
  const { order } = work;
  if (work.phase === 'delayed' && now < order.deadlineMs) return offer(state, work, now, effects);
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
    effects.push({ type: 'settle', order, outcome: { kind: 'unknown', error } });
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

/** How an attempt ends that no provider was given: it did nothing, but an earlier one may have. */
function notDone(order: WorkOrder, error: ErrorData): Outcome {
  return order.redelivered ? { kind: 'unknown', error: { ...error, outcome: 'unknown' } } : { kind: 'failed', error };
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

function scheduleInstance(state: DispatchState, instance: Instance, now: number): void {
  const expiry = instance.lastFrameMs + state.limits.leaseTtlMs;
  if (instance.nextPingMs <= now) instance.nextPingMs = now + Math.floor(state.limits.leaseTtlMs / PINGS_A_LEASE);
  state.instanceDeadlines.set(instance, instance.attached ? Math.min(expiry, instance.nextPingMs) : expiry);
}
