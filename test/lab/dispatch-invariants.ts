import type { DispatchMachine } from '../../src/machines/dispatch/machine.js';
import type { DispatchEffect, DispatchInput } from '../../src/machines/dispatch/signals.js';
import type { DispatchState, WorkRef } from '../../src/machines/dispatch/state.js';
import type { WorkOrder } from '../../src/machines/region/effects.js';

const refText = ({ workId, attempt, fence }: WorkRef): string => `${workId}#${attempt}@${fence}`;
const orderText = ({ workId, attempt }: { readonly workId: string; readonly attempt: number }): string =>
  `${workId}#${attempt}`;

/** Follows a dispatch machine input by input, and throws as soon as it breaks what its header promises. */
export class DispatchInvariants {
  /** Credit by registration, as an extension counts it: granted less received, since its last greeting. */
  readonly #credit = new Map<string, { items: number; bytes: number }>();
  /** Attempts that were added and have not ended. */
  readonly #open = new Map<string, WorkOrder>();
  /** Attempts that ended with a result, which their region has not answered. */
  readonly #settling = new Set<string>();
  readonly #accepted = new Set<string>();
  /** Who has what in its hands, as the effects say. */
  readonly #leases = new Map<string, string>();
  #fence = 0;

  /** For the machine of the next life of a kernel: fences go on, all else is new. */
  afterRestart(): DispatchInvariants {
    const next = new DispatchInvariants();
    next.#fence = this.#fence;
    return next;
  }

  check(machine: DispatchMachine, input: DispatchInput, effects: readonly DispatchEffect[]): void {
    this.#takeInput(machine.state, input, effects);
    for (const effect of effects) this.#takeEffect(effect);
    this.#checkStructure(machine.state);
  }

  #takeInput(state: Readonly<DispatchState>, input: DispatchInput, effects: readonly DispatchEffect[]): void {
    switch (input.type) {
      case 'add':
      case 'recover':
        this.#supersede(input.order);
        if (!this.#settling.has(orderText(input.order))) this.#open.set(orderText(input.order), input.order);
        return;
      case 'settled':
        this.#settling.delete(orderText(input.ref));
        if (input.accepted) this.#open.delete(orderText(input.ref));
        return;
      case 'withdraw':
        for (const [key, order] of this.#open) if (order.workId === input.workId) this.#open.delete(key);
        for (const key of this.#settling) if (key.startsWith(`${input.workId}#`)) this.#settling.delete(key);
        this.#leases.delete(input.workId);
        return;
      case 'hold':
        for (const [key, order] of this.#open) {
          // Time passes in the same decision: work whose lease ran out then is lost, and was not held.
          const ends = effects.some((effect) => 'order' in effect && orderText(effect.order) === key);
          if (order.runId === input.runId && !state.work.has(order.workId) && !ends) this.#open.delete(key);
        }
        return;
      case 'hello':
        this.#credit.set(input.registrationId, { items: 0, bytes: 0 });
        return;
      case 'credit': {
        const credit = this.#credit.get(input.registrationId);
        if (credit === undefined) return;
        credit.items += input.items;
        credit.bytes += input.bytes;
        return;
      }
      default:
    }
  }

  #takeEffect(effect: DispatchEffect): void {
    if (effect.type === 'work') {
      must(effect.ref.fence > this.#fence, () => `1: fence ${effect.ref.fence} follows ${this.#fence}`);
      this.#fence = effect.ref.fence;
      const credit = this.#credit.get(effect.registrationId) ?? { items: 0, bytes: 0 };
      credit.items -= 1;
      credit.bytes -= 256 + effect.order.inputJson.length + effect.order.answerJson.length;
      must(credit.items >= 0 && credit.bytes >= 0, () => `1: ${effect.registrationId} gets more than its credit`);
      this.#lease(effect.ref.workId, effect.registrationId);
      must(effect.remainingMs > 0, () => `${refText(effect.ref)} is sent after its deadline`);
    }
    if (effect.type === 'welcome') {
      const { registrationId, keep, resend } = effect;
      for (const [workId, holder] of this.#leases) if (holder === registrationId) this.#leases.delete(workId);
      for (const ref of [...keep, ...resend]) {
        // A result that is with its region may be sent again: that is no lease.
        if (!this.#settling.has(orderText(ref))) this.#lease(ref.workId, registrationId);
      }
    }
    if (effect.type === 'settle' || effect.type === 'lost') {
      this.#leases.delete(effect.order.workId);
      const key = orderText(effect.order);
      must(this.#open.delete(key), () => `2: ${key} ends twice`);
      if (effect.type === 'settle' && effect.from !== undefined) this.#settling.add(key);
    }
    if (effect.type === 'ack' && effect.verdict === 'accepted') {
      must(!this.#accepted.has(refText(effect.ref)), () => `3: ${refText(effect.ref)} is accepted twice`);
      this.#accepted.add(refText(effect.ref));
    }
  }

  /** A newer attempt ends the older one. */
  #supersede({ workId, attempt }: WorkOrder): void {
    for (const [key, order] of this.#open) {
      if (order.workId !== workId || order.attempt === attempt) continue;
      this.#open.delete(key);
      this.#leases.delete(workId);
    }
  }

  #lease(workId: string, registrationId: string): void {
    const holder = this.#leases.get(workId);
    must(holder === undefined, () => `1: ${workId} is leased to ${registrationId}, and ${holder} has it`);
    this.#leases.set(workId, registrationId);
  }

  /** What is queued, leased and scheduled fits together, and what is open is nowhere forgotten. */
  #checkStructure(state: Readonly<DispatchState>): void {
    let queued = 0;
    let leased = 0;
    for (const work of state.work.values()) {
      if (work.phase === 'queued') queued += 1;
      const held = work.phase === 'leased' || work.phase === 'settling';
      must(held === (work.holder !== undefined), () => `${orderText(work.order)} is ${work.phase}, held or not`);
      if (!held) continue;
      leased += 1;
      must(work.holder?.leased.has(work) === true, () => `its holder does not have ${orderText(work.order)}`);
    }
    must(
      queued === sum([...state.queues.values()].map((queue) => queue.size)),
      () => `${queued} are queued, the queues have others`,
    );
    must(
      leased === sum([...state.instances.values()].map((instance) => instance.leased.size)),
      () => `${leased} are leased, instances have others`,
    );
    for (const [key, order] of this.#open) {
      const work = state.work.get(order.workId);
      must(
        work?.order.attempt === order.attempt && work.phase !== 'settling',
        () => `2: ${key} has not ended, and is forgotten`,
      );
    }
    must(
      state.workDeadlines.size === [...state.work.values()].filter((work) => work.phase !== 'settling').length,
      () => 'work without a deadline',
    );
    must(state.instanceDeadlines.size === state.instances.size, () => 'an instance without a deadline');
  }
}

function must(holds: boolean, what: () => string): void {
  if (!holds) throw new Error(`broken invariant: ${what()}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
