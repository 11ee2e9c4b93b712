import { canonicalJson, type Hlc, hlcCompare, HLC_ZERO, type Json } from 'tau-core';
import { expect } from 'vitest';
import type { RegionEvent } from '../../src/machines/region/events.js';
import { eventSubject } from '../../src/machines/region/events.js';
import type { RegionInput } from '../../src/machines/region/inputs.js';
import type { RegionDecision, RegionMachine } from '../../src/machines/region/machine.js';
import { regionImage } from '../../src/machines/region/snapshot.js';
import type { RegionState } from '../../src/machines/region/state.js';

/** The text by which two states are compared: equal texts, equal states. */
export function imageText(state: RegionState): string {
  return canonicalJson(regionImage(state) as unknown as Json);
}

/** Follows a region machine decision by decision, and checks after each what its header promises. */
export class RegionInvariants {
  readonly #machine: RegionMachine;
  readonly #lastOfRun = new Map<string, number>();
  readonly #endedRuns = new Set<string>();
  readonly #openCalls = new Map<string, Set<string>>();
  #seq = 0;
  #hlc: Hlc = HLC_ZERO;

  constructor(machine: RegionMachine) {
    this.#machine = machine;
  }

  check(before: RegionState, input: RegionInput, decision: RegionDecision): void {
    this.#checkFold(before, decision);
    this.#checkReplies(input, decision);
    const openBefore = new Map([...this.#openCalls].map(([runId, calls]) => [runId, new Set(calls)]));
    for (const event of decision.events) this.#checkEvent(event, decision, openBefore);
    this.#checkDispatches(decision);
  }

  /** Invariant 1. */
  #checkFold(before: RegionState, { events, next }: RegionDecision): void {
    const folded = events.reduce((state, event) => this.#machine.evolve(state, event), before);
    expect(imageText(next), 'next is evolve over the events').toBe(imageText(folded));
  }

  /** Invariant 3, and that a refusal changes nothing. */
  #checkReplies(input: RegionInput, { events, effects }: RegionDecision): void {
    const replies = effects.filter((effect) => effect.type === 'reply');
    expect(replies, `replies to ${input.type}`).toHaveLength(input.type === 'wake' ? 0 : 1);
    if (replies.some(({ reply }) => !reply.ok)) {
      expect(events, `a refused ${input.type} has no events`).toEqual([]);
      expect(effects, `a refused ${input.type} has no other effects`).toHaveLength(1);
    }
  }

  #checkEvent({ seq, hlc, body }: RegionEvent, decision: RegionDecision, openBefore: ReadonlyMap<string, ReadonlySet<string>>): void {
    expect(seq, 'sequence numbers have no holes').toBe(this.#seq + 1);
    expect(hlcCompare(hlc, this.#hlc), 'stamps grow').toBeGreaterThan(0);
    this.#seq = seq;
    this.#hlc = hlc;
    const runId = eventSubject(body);
    if (runId === '' || !('prev' in body)) return;
    expect(this.#endedRuns, `${body.type} of ${runId} after its end (invariant 4)`).not.toContain(runId);
    expect(body.prev, `prev of ${body.type} at ${seq} (invariant 6)`).toBe(this.#lastOfRun.get(runId) ?? 0);
    this.#lastOfRun.set(runId, seq);
    const open = this.#openCalls.get(runId) ?? new Set<string>();
    this.#openCalls.set(runId, open);
    switch (body.type) {
      case 'run.forked':
        for (const callId of Object.keys(body.run.calls)) open.add(callId);
        return;
      case 'run.advanced':
        if (body.input.type === 'callSettled') {
          expect([...open], `${body.input.callId} settles while it is open (invariant 2)`).toContain(body.input.callId);
          open.delete(body.input.callId);
        }
        for (const callId of body.cancelled) open.delete(callId);
        for (const { callId } of body.calls) {
          expect([...open], `${callId} is asked for once`).not.toContain(callId);
          open.add(callId);
        }
        return;
      case 'run.ended': {
        this.#endedRuns.add(runId);
        const withdrawn = decision.effects.flatMap((effect) => (effect.type === 'withdraw' ? [effect.workId as string] : []));
        for (const callId of open) {
          // What was asked for in this very decision may never have been dispatched.
          if (openBefore.get(runId)?.has(callId)) expect(withdrawn, 'open calls are withdrawn (invariant 4)').toContain(`${runId}/${callId}`);
        }
        return;
      }
      default:
    }
  }

  /** What is dispatched, and not withdrawn again at once, is an open attempt of a run that may work; and only once. */
  #checkDispatches({ effects, next }: RegionDecision): void {
    const standing = new Map<string, { readonly attempt: number; readonly runId: string; readonly callId: string }>();
    for (const effect of effects) {
      if (effect.type === 'withdraw') standing.delete(effect.workId);
      if (effect.type !== 'dispatch') continue;
      expect(standing.get(effect.order.workId)?.attempt, `${effect.order.workId} is dispatched once`).not.toBe(effect.order.attempt);
      standing.set(effect.order.workId, effect.order);
    }
    for (const { runId, callId, attempt } of standing.values()) {
      const run = next.runs.get(runId);
      const call = run?.calls[callId];
      expect(call, `${runId}/${callId} is open`).toBeDefined();
      expect(call?.attempt).toBe(attempt);
      expect(call?.question, 'a call that asks is not dispatched').toBeUndefined();
      expect(run?.phase, 'a paused run dispatches nothing').not.toBe('paused');
    }
  }
}
