import { bindSticky, drainQueues, leaveQueue, offer, refOf } from './assign.js';
import { leaveGate } from './leave-gate.js';
import type { DispatchEffect } from './signals.js';
import type { DispatchState, Instance, Work, WorkRef } from './state.js';

/**
 * Both sides compare what they believe is in flight.
 * What the extension runs and the kernel still wants goes on; the rest is aborted. Results that it kept are sent again
 * or forgotten. What the kernel believes leased here and the extension does not have never arrived: it is offered anew.
 */
export function reconcile(
  state: DispatchState,
  instance: Instance,
  running: readonly WorkRef[],
  kept: readonly WorkRef[],
  now: number,
  effects: DispatchEffect[],
): void {
  const missing = new Set(instance.leased);
  const claim = (ref: WorkRef): boolean => {
    const work = claimed(state, instance, ref);
    if (work !== undefined) missing.delete(work);
    return work !== undefined;
  };
  const keep: WorkRef[] = [];
  const abort: WorkRef[] = [];
  const resend: WorkRef[] = [];
  const forgotten: WorkRef[] = [];
  for (const ref of running) (claim(ref) ? keep : abort).push(ref);
  for (const ref of kept) (claim(ref) ? resend : forgotten).push(ref);
  instance.welcomed = true;
  effects.push({ type: 'welcome', registrationId: instance.registrationId, keep, abort, resend, forget: forgotten });
  for (const work of missing) {
    // A result that arrived before the cut is with the region: its answer will come.
    if (work.phase === 'settling') continue;
    instance.leased.delete(work);
    work.holder = undefined;
    offer(state, work, now, effects);
  }
  drainQueues(state, instance, now, effects);
}

/** The work that a ref of this instance names, if the kernel still waits for that attempt. */
function claimed(state: DispatchState, instance: Instance, ref: WorkRef): Work | undefined {
  const work = state.work.get(ref.workId);
  if (work === undefined || work.order.attempt !== ref.attempt) return undefined;
  if (work.holder === instance) return work.fence === ref.fence ? work : undefined;
  if (work.holder !== undefined || (work.phase !== 'delayed' && work.phase !== 'queued' && work.phase !== 'gated'))
    return undefined;
  // Found in the journal after a restart of the kernel: this instance has had it all along.
  leaveQueue(state, work);
  leaveGate(state, work);
  work.phase = 'leased';
  work.holder = instance;
  work.fence = ref.fence;
  instance.leased.add(work);
  bindSticky(state, work.order, instance);
  state.workDeadlines.set(work, work.order.deadlineMs);
  return work;
}

/** Everything that an instance had is lost with it; its regions decide what follows. */
export function loseAll(state: DispatchState, instance: Instance, message: string, effects: DispatchEffect[]): void {
  for (const work of instance.leased) {
    work.holder = undefined;
    leaveGate(state, work);
    state.workDeadlines.delete(work);
    if (state.work.get(work.order.workId) === work) state.work.delete(work.order.workId);
    // A settling one has its result at its region already.
    if (work.phase !== 'settling')
      effects.push({ type: 'lost', order: work.order, message: `${message} (${refOf(work).workId})` });
  }
  instance.leased.clear();
}
