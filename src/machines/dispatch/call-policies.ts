import type { CallPolicy, Instant } from 'tau-core';
import type { GateRelease, GateVerdict } from 'tau-orchestrate';
import type { WorkOrder } from '../region/effects.js';
import { forget, notDone, offer } from './assign.js';
import type { DispatchEffect } from './signals.js';
import type { DispatchState, Work } from './state.js';

/*
 * Policies of calls (rate, bulkhead, breaker), enforced before any provider is looked for: work that waits for its turn is in
 * no queue and holds no credit. Keys are those of a session. All of it is in memory: a restart of the kernel begins anew, and
 * work that an extension has had all along is not counted.
 */

/** Work may begin, as far as time goes: its policy says whether it does. */
export function admit(state: DispatchState, work: Work, now: number, effects: DispatchEffect[]): void {
  const { policy, workId, attempt } = work.order;
  if (policy === undefined) return offer(state, work, now, effects);
  const ticket = `${workId}#${attempt}`;
  const verdict = state.gate.offer(ticket, ofSession(policy, work.order), now as Instant);
  if (verdict.kind === 'wait') {
    work.phase = 'gated';
    state.gated.set(ticket, work);
    state.workDeadlines.set(work, work.order.deadlineMs);
  }
  if (verdict.kind !== 'refused') work.ticket = ticket;
  if (verdict.kind !== 'wait') goOn(state, work, verdict, now, effects);
}

/** Lets go who may now: after each decision, since each may have ended something, and when time has passed. */
export function openGate(state: DispatchState, now: number, effects: DispatchEffect[]): void {
  const at = now as Instant;
  const due = state.gate.nextDeadline();
  if (due !== undefined && due <= now) letGo(state, state.gate.due(at), now, effects);
  for (let ended = state.gateEnded.shift(); ended !== undefined; ended = state.gateEnded.shift()) {
    const { ticket, outcome } = ended;
    const releases = outcome === undefined ? state.gate.withdrawn(ticket, at) : state.gate.settled(ticket, outcome, at);
    letGo(state, releases, now, effects);
  }
}

function letGo(state: DispatchState, releases: readonly GateRelease[], now: number, effects: DispatchEffect[]): void {
  for (const { ticket, verdict } of releases) {
    const work = state.gated.get(ticket);
    state.gated.delete(ticket);
    if (work === undefined) continue;
    if (verdict.kind === 'refused') work.ticket = undefined;
    goOn(state, work, verdict, now, effects);
  }
}

function goOn(
  state: DispatchState,
  work: Work,
  verdict: Exclude<GateVerdict, { kind: 'wait' }>,
  now: number,
  effects: DispatchEffect[],
): void {
  if (verdict.kind === 'go') {
    work.waitUntilMs = now + state.limits.providerWaitMs;
    return offer(state, work, now, effects);
  }
  const message = verdict.error.message.replaceAll(`"${ofRegion(work.order, '')}`, '"');
  effects.push({ type: 'settle', order: work.order, outcome: notDone(work.order, { ...verdict.error, message }) });
  forget(state, work);
}

/** A key as the gate has it: people are told of it without its session. */
function ofRegion({ regionId }: WorkOrder, key: string): string {
  return `${regionId} ${key}`;
}

function ofSession({ rate, bulkhead, breaker }: CallPolicy, order: WorkOrder): CallPolicy {
  const own = (key: string): string => ofRegion(order, key);
  return {
    ...(rate && { rate: { ...rate, key: own(rate.key) } }),
    ...(bulkhead && { bulkhead: { ...bulkhead, key: own(bulkhead.key) } }),
    ...(breaker && { breaker: { ...breaker, key: own(breaker.key) } }),
  };
}
