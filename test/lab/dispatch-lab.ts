import { callId, type Instant, instant, type Outcome, regionId, runId, workId } from 'tau-core';
import { DispatchMachine } from '../../src/machines/dispatch/machine.js';
import type { DispatchEffect, DispatchInput } from '../../src/machines/dispatch/signals.js';
import {
  DISPATCH_LIMITS,
  type DispatchLimits,
  type DispatchState,
  type Manifest,
  type Routing,
  type WorkRef,
} from '../../src/machines/dispatch/state.js';
import type { WorkOrder } from '../../src/machines/region/effects.js';
import { DispatchInvariants } from './dispatch-invariants.js';

type Of<Type extends DispatchEffect['type']> = Extract<DispatchEffect, { readonly type: Type }>;

/** What an instance offers, by the capability's name (`do@v1`, of kind `action`). */
export interface InstanceOptions {
  readonly incarnation?: string;
  readonly offers?: { readonly [name: string]: Routing };
  readonly items?: number;
  readonly bytes?: number;
}

export const done: Outcome = { kind: 'ok', output: null };

/** A dispatch machine on a bench, under a clock that only the test moves; every invariant is checked after every input. */
export class DispatchLab {
  readonly machine: DispatchMachine;
  now: Instant = instant(0);
  readonly #invariants = new DispatchInvariants();

  constructor(limits: Partial<DispatchLimits> = {}, recovered = true) {
    this.machine = new DispatchMachine('k', { ...DISPATCH_LIMITS, ...limits });
    if (recovered) this.tell({ type: 'recovered', epoch: 1 });
  }

  get state(): Readonly<DispatchState> {
    return this.machine.state;
  }

  tell(input: DispatchInput): DispatchEffect[] {
    const effects = this.machine.decide(input, this.now);
    this.#invariants.check(this.machine, input, effects);
    return effects;
  }

  /** Lets time pass, waking the machine whenever it asked for it. */
  advance(ms: number): DispatchEffect[] {
    const target = instant(this.now + ms);
    const effects: DispatchEffect[] = [];
    for (
      let next = this.machine.nextDeadline();
      next !== undefined && next <= target;
      next = this.machine.nextDeadline()
    ) {
      this.now = instant(Math.max(this.now, next));
      effects.push(...this.tell({ type: 'time' }));
    }
    this.now = target;
    return effects;
  }

  /** Registers, greets with empty hands and grants credit; gives the registration's id. */
  attach(instanceId: string, options: InstanceOptions = {}): string {
    const id = this.register(instanceId, options);
    this.hello(id);
    this.credit(id, options.items ?? 10, options.bytes ?? 1_000_000);
    return id;
  }

  register(instanceId: string, options: InstanceOptions = {}): string {
    const effects = this.tell({ type: 'register', manifest: manifest(instanceId, options) });
    const [registered] = effectsOf(effects, 'registered');
    if (registered === undefined) throw new Error(`${instanceId} was refused`);
    return registered.registrationId;
  }

  hello(registrationId: string, running: readonly WorkRef[] = [], kept: readonly WorkRef[] = []): DispatchEffect[] {
    return this.tell({ type: 'hello', registrationId, running, kept });
  }

  credit(registrationId: string, items: number, bytes = 1_000_000): DispatchEffect[] {
    return this.tell({ type: 'credit', registrationId, items, bytes });
  }

  add(work: string, more: Partial<WorkOrder> = {}): DispatchEffect[] {
    return this.tell({ type: 'add', order: order(work, more) });
  }

  result(registrationId: string, ref: WorkRef, outcome: Outcome = done): DispatchEffect[] {
    return this.tell({ type: 'result', registrationId, ref, outcome });
  }

  settled(registrationId: string, ref: WorkRef, accepted = true): DispatchEffect[] {
    return this.tell({ type: 'settled', registrationId, ref, accepted });
  }

  /** A result, and its region's yes. */
  finish(registrationId: string, ref: WorkRef): DispatchEffect[] {
    return [...this.result(registrationId, ref), ...this.settled(registrationId, ref)];
  }
}

export function effectsOf<Type extends DispatchEffect['type']>(
  effects: readonly DispatchEffect[],
  type: Type,
): Of<Type>[] {
  return effects.filter((effect): effect is Of<Type> => effect.type === type);
}

/** `work@registration` of what was sent. */
export function sent(effects: readonly DispatchEffect[]): string[] {
  return effectsOf(effects, 'work').map((effect) => `${effect.ref.workId}@${effect.registrationId}`);
}

/** Work, kind of outcome, and its error's id and whether it says that nothing was done, of what was settled. */
export function endings(effects: readonly DispatchEffect[]): string[][] {
  return effectsOf(effects, 'settle').map(({ order: { workId }, outcome }) => {
    const error = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;
    return [workId, outcome.kind, error?.id ?? '', error?.outcome ?? ''];
  });
}

/** The ref of the only piece of work that was sent. */
export function refIn(effects: readonly DispatchEffect[]): WorkRef {
  const [work, ...others] = effectsOf(effects, 'work');
  if (work === undefined || others.length > 0)
    throw new Error(`not one piece of work was sent, but ${sent(effects).join(', ') || 'none'}`);
  return work.ref;
}

/** Work named `run/call`, for `action:do@v1`, with a deadline far away. */
export function order(work: string, more: Partial<WorkOrder> = {}): WorkOrder {
  const [run = '', call = ''] = work.split('/');
  return {
    workId: workId(runId(run), callId(call)),
    attempt: 1,
    regionId: regionId('lab'),
    runId: runId(run),
    callId: callId(call),
    capability: 'action:do@v1',
    inputJson: '{}',
    answerJson: '',
    deadlineMs: 1_000_000,
    notBeforeMs: 0,
    redelivered: false,
    priority: 5,
    fairnessKey: 'lab',
    ...more,
  };
}

export function manifest(
  instanceId: string,
  { incarnation = '1', offers = { 'do@v1': 'any' } }: InstanceOptions = {},
): Manifest {
  const capabilities = Object.entries(offers).map(([name, routing]) => {
    const [kind, rest] = name.includes(':') ? (name.split(':') as [string, string]) : (['action', name] as const);
    return { kind, name: rest, routing, description: '', inputSchemaJson: '' };
  });
  return { name: instanceId, version: '1', instanceId, incarnation, capabilities };
}
