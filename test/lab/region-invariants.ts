import { isMap } from 'immutable';
import { canonicalJson, HLC_ZERO, type Hlc, hlcCompare, type Json } from 'tau-core';
import type { WorkOrder } from '../../src/machines/region/effects.js';
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

/** Follows a region machine decision by decision, and throws as soon as one breaks what its header promises. */
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
    this.#checkWithdrawals(before, decision);
    for (const event of decision.events) this.#checkEvent(event);
    this.#checkDispatches(decision);
    this.#checkLocks(decision.next);
  }

  /** Invariant 1. */
  #checkFold(before: RegionState, { events, next }: RegionDecision): void {
    const folded = events.reduce((state, event) => this.#machine.evolve(state, event), before);
    const different = differences(next, folded);
    must(different.length === 0, () => `1: next is not evolve over the events, in ${different.join(', ')}`);
  }

  /** Invariant 3, and that a refusal changes nothing. */
  #checkReplies(input: RegionInput, { events, effects }: RegionDecision): void {
    const replies = effects.filter((effect) => effect.type === 'reply');
    const silent = input.type === 'wake' || input.type === 'tellLocks';
    must(replies.length === (silent ? 0 : 1), () => `3: ${input.type} has ${replies.length} replies`);
    const refused = replies.some(({ reply }) => !reply.ok);
    must(
      !refused || (events.length === 0 && effects.length === 1),
      () => `3: a refused ${input.type} changes something`,
    );
  }

  /** Invariant 4, the second half; what was asked for in this very decision may never have been dispatched. */
  #checkWithdrawals(before: RegionState, { events, effects }: RegionDecision): void {
    const settled = new Set(events.flatMap(({ body }) => settledBy(body)));
    const withdrawn = new Set(
      effects.flatMap((effect) => (effect.type === 'withdraw' ? [effect.workId as string] : [])),
    );
    for (const { body } of events) {
      if (body.type !== 'run.ended') continue;
      for (const callId of before.runs.get(body.runId)?.calls.keys() ?? []) {
        const work = `${body.runId}/${callId}`;
        must(withdrawn.has(work) || settled.has(work), () => `4: ${work} is open at the end of its run`);
      }
    }
  }

  #checkEvent({ seq, hlc, body }: RegionEvent): void {
    must(seq === this.#seq + 1, () => `event ${seq} follows ${this.#seq}`);
    must(hlcCompare(hlc, this.#hlc) > 0, () => `the stamp of event ${seq} does not grow`);
    this.#seq = seq;
    this.#hlc = hlc;
    const runId = eventSubject(body);
    if (runId === '' || !('prev' in body)) return;
    must(!this.#endedRuns.has(runId), () => `4: ${body.type} follows the end of ${runId}`);
    must(body.prev === (this.#lastOfRun.get(runId) ?? 0), () => `7: prev of event ${seq} is ${body.prev}`);
    this.#lastOfRun.set(runId, seq);
    if (body.type === 'run.ended') this.#endedRuns.add(runId);
    const open = this.#openCalls.get(runId) ?? new Set<string>();
    this.#openCalls.set(runId, open);
    if (body.type === 'run.forked') for (const callId of Object.keys(body.run.calls)) open.add(callId);
    if (body.type === 'run.advanced') this.#checkCalls(body, open);
  }

  /** Invariant 2. */
  #checkCalls(body: Extract<RegionEvent['body'], { type: 'run.advanced' }>, open: Set<string>): void {
    const { input, cancelled, calls } = body;
    if (input.type === 'callSettled')
      must(open.delete(input.callId), () => `2: ${input.callId} settles and is not open`);
    for (const callId of cancelled) open.delete(callId);
    for (const { callId } of calls) {
      must(!open.has(callId), () => `2: ${callId} is asked for while it is open`);
      open.add(callId);
    }
  }

  /** Invariant 6: what programs know, what they are still to be told, and the table agree. */
  #checkLocks({ locks, lockNews, runs }: RegionState): void {
    const claims = new Map<string, boolean>();
    for (const [key, { held, waiting }] of Object.entries(locks)) {
      for (const claim of held) must(held.length <= claim.slots, () => `6: too many hold ${key}`);
      for (const claim of [...held, ...waiting]) {
        must(runs.has(claim.runId), () => `6: ${claim.runId} has ended, and claims ${key}`);
        claims.set(`${claim.runId}/${claim.lockId}`, held.includes(claim));
      }
    }
    const news = new Map(lockNews.map((item) => [`${item.runId}/${item.lockId}`, item]));
    must(news.size === lockNews.length, () => '6: there is news of a lock twice');
    let known = 0;
    for (const run of runs.values()) {
      for (const { claim, granted } of run.locks ?? []) {
        known += 1;
        const lock = `${run.runId}/${claim.lockId}`;
        const [held, item] = [claims.get(lock), news.get(lock)];
        const told = item === undefined ? granted : item.revoked === undefined;
        must(
          held === undefined ? item?.revoked !== undefined : held === told,
          () => `6: ${lock} is not what its run knows`,
        );
        news.delete(lock);
        claims.delete(lock);
      }
    }
    must(
      news.size === 0 && claims.size === 0,
      () => `6: a run knows nothing of ${[...news.keys(), ...claims.keys()].join()} (${known} known)`,
    );
  }

  /** What is dispatched, and not withdrawn again at once, is an open attempt of a run that may work; and only once. */
  #checkDispatches({ effects, next }: RegionDecision): void {
    const standing = new Map<string, WorkOrder>();
    for (const effect of effects) {
      if (effect.type === 'withdraw') standing.delete(effect.workId);
      if (effect.type !== 'dispatch') continue;
      const { workId, attempt } = effect.order;
      must(standing.get(workId)?.attempt !== attempt, () => `${workId} is dispatched twice`);
      standing.set(workId, effect.order);
    }
    for (const { workId, runId, callId, attempt } of standing.values()) {
      const run = next.runs.get(runId);
      const call = run?.calls.get(callId);
      must(call?.attempt === attempt, () => `${workId} is dispatched and attempt ${attempt} is not open`);
      must(
        call?.question === undefined && run?.phase !== 'paused',
        () => `${workId} is dispatched while it should wait`,
      );
    }
  }
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`broken invariant: ${what()}`);
}

function settledBy(body: RegionEvent['body']): string[] {
  return body.type === 'run.advanced' && body.input.type === 'callSettled'
    ? [`${body.runId}/${body.input.callId}`]
    : [];
}

/** Where two states differ that share most of their parts: only parts that are not the same object are written out. */
function differences(a: RegionState, b: RegionState): string[] {
  const found: string[] = [];
  for (const key of Object.keys({ ...a, ...b }) as (keyof RegionState)[]) {
    const [left, right] = [a[key], b[key]];
    if (left === right) continue;
    if (isMap(left) && isMap(right)) {
      for (const name of new Set([...left.keys(), ...right.keys()])) {
        const [one, other] = [left.get(name), right.get(name)];
        if (one !== other && JSON.stringify(one) !== JSON.stringify(other)) found.push(`${key} ${String(name)}`);
      }
    } else if (JSON.stringify(left) !== JSON.stringify(right)) found.push(key);
  }
  return found;
}
