import { earliest, errorData, type Instant } from 'tau-core';
import { CallGate } from 'tau-orchestrate';
import type { WorkOrder } from '../region/effects.js';
import { forget, notDone } from './assign.js';
import { admit, openGate } from './call-policies.js';
import { DeadlineHeap } from './deadline-heap.js';
import { timePasses } from './deadlines.js';
import { hostInstance } from './host-instance.js';
import { takeFrame } from './instance-frames.js';
import { RecentRefs } from './recent-refs.js';
import { reconcile } from './reconcile.js';
import { offersJournal, recordGone, register } from './registration.js';
import type { DispatchEffect, DispatchInput } from './signals.js';
import { ACCEPTED_MAX, type DispatchLimits, type DispatchState, type Work, type WorkRef } from './state.js';

/**
 * The dispatch machine: brings work to providers.
 *
 * Owns: registrations, credits, leases and fences, queues by capability, policies of calls, liveness, reconciliation after a cut.
 * Does not own: whether a call is retried or a run goes on (the region machine), streams and timers (the shell).
 * Not journaled: after a restart of the kernel it is rebuilt from the regions' open calls and the extensions' greetings.
 *
 * Invariants:
 * 1. Work is sent only against credit, to one instance at a time, each time with a greater fence.
 * 2. Every attempt added ends in one `settle` or `lost`, is withdrawn or held by its region, or gives way to a newer one.
 * 3. A result is acknowledged only after its region has answered; ACCEPTED at most once for a ref.
 * 4. Work whose policies let it wait is in no queue; nobody's lease counts for it.
 * 5. An instance that gives no sign of life for a lease's length holds nothing.
 */
export class DispatchMachine {
  readonly #state: DispatchState;

  /** `hostCapabilities`: what the kernel itself serves, as an instance that is always there. */
  constructor(kernelId: string, limits: DispatchLimits, hostCapabilities: readonly string[] = []) {
    const host = hostCapabilities.length === 0 ? undefined : hostInstance(kernelId, hostCapabilities);
    this.#state = {
      limits,
      work: new Map(),
      queues: new Map(),
      instances: new Map(host && [[host.registrationId, host]]),
      host,
      byInstanceId: new Map(),
      gone: [],
      workDeadlines: new DeadlineHeap(),
      instanceDeadlines: new DeadlineHeap(),
      gate: new CallGate(),
      gated: new Map(),
      gateEnded: [],
      sticky: new Map(),
      accepted: new RecentRefs(ACCEPTED_MAX),
      epoch: 0,
      fenceCounter: 0,
      registrations: 0,
      kernelId,
      recovered: false,
      journalOf: undefined,
      draining: false,
    };
  }

  /** For listings; not to be changed from outside. */
  get state(): Readonly<DispatchState> {
    return this.#state;
  }

  nextDeadline(): Instant | undefined {
    const { workDeadlines, instanceDeadlines, gate } = this.#state;
    return earliest(earliest(workDeadlines.next(), instanceDeadlines.next()), gate.nextDeadline());
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
        takeFrame(state, input, now, effects);
    }
    timePasses(state, now, effects);
    openGate(state, now, effects);
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
    ticket: undefined,
  };
  state.work.set(order.workId, work);
  if (start > now) state.workDeadlines.set(work, Math.min(start, order.deadlineMs));
  else admit(state, work, now, effects);
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
  state.journalOf = [...state.instances.values()].find(offersJournal)?.manifest.instanceId;
  for (const instance of state.instances.values()) {
    const hello = instance.heldHello;
    if (hello === undefined) continue;
    instance.heldHello = undefined;
    reconcile(state, instance, hello.running, hello.kept, now, effects);
  }
}
