import {
  callId,
  type Decision,
  type Instant,
  instant,
  isJsonObject,
  type Json,
  type JsonObject,
  later,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
  type RunBegin,
  runId,
} from 'tau-core';
import { expect } from 'vitest';
import type { FlowDefinition } from '../../src/flow/definition.js';
import type { FlowEvent } from '../../src/flow/event.js';
import { flowProgram } from '../../src/flow/program.js';
import type { FlowState } from '../../src/flow/state.js';

type Effect<Type extends ProgramEffect['type']> = Extract<ProgramEffect, { type: Type }>;

/** When runs of tests begin. */
export const FLOW_START: Instant = instant(1_700_000_000_000);

/** What JSON text keeps of a value; equal to the value itself when that is plain JSON. */
export function rewritten<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** One run of the flow machine, driven by hand as a host drives it. Each input also checks what the machine promises. */
export class FlowDrive {
  readonly definition: FlowDefinition;
  readonly events: FlowEvent[] = [];
  readonly effects: ProgramEffect[] = [];
  /** In flight. */
  readonly calls = new Map<string, Effect<'call'>>();
  /** Held or waited for. */
  readonly locks = new Map<string, 'waiting' | 'held'>();
  /** All ids of calls that there were. */
  readonly asked = new Set<string>();
  readonly over: string[] = [];
  outcome: Outcome | undefined;
  state: FlowState;
  now: Instant = FLOW_START;
  readonly #copy: FlowDefinition;

  constructor(definition: FlowDefinition, input: JsonObject = {}) {
    this.definition = deepFreeze(definition);
    this.#copy = rewritten(definition);
    const begin: RunBegin = {
      runId: runId('run-1'),
      sessionId: 'shop',
      input,
      startedAt: this.now,
      vars: { team: 'a' },
    };
    this.state = deepFreeze(flowProgram.initial(this.definition, deepFreeze(begin)));
  }

  /** Gives the machine an input; what it decided. */
  take(input: ProgramInput): Decision<FlowEvent, ProgramEffect> {
    const before = this.state;
    const again = flowProgram.decide(this.#copy, rewritten(before), rewritten(input), this.now);
    const decision = deepFreeze(flowProgram.decide(this.definition, before, input, this.now));
    expect(decision).toStrictEqual(again);
    expect(decision.events).toStrictEqual(rewritten(decision.events));
    expect(decision.effects).toStrictEqual(rewritten(decision.effects));
    for (const event of decision.events) {
      this.events.push(event);
      this.state = flowProgram.evolve(this.definition, this.state, event);
      flowProgram.narrate?.(this.definition, this.state, event);
    }
    const folded = rewritten(decision.events).reduce((at, event) => flowProgram.evolve(this.#copy, at, event), before);
    expect(this.state).toStrictEqual(rewritten(folded));
    deepFreeze(this.state);
    this.#checkTimers();
    for (const effect of decision.effects) this.#release(effect);
    flowProgram.view?.(this.definition, this.state);
    if (this.outcome !== undefined) expect(this.nextDeadline).toBeUndefined();
    return decision;
  }

  /** The count of deadlines is exact, and none is before the one that is told. */
  #checkTimers(): void {
    const deadlines: number[] = [];
    const collect = (value: Json | undefined): void => {
      if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(item);
      else if (isJsonObject(value)) {
        for (const [name, member] of Object.entries(value)) {
          if ((name === 'deadline' || name === 'until') && typeof member === 'number') deadlines.push(member);
          else if (name !== 'values' && name !== 'items' && name !== 'output' && name !== 'given') collect(member);
        }
      }
    };
    collect((this.state.root ?? null) as unknown as Json);
    expect(this.state.timers?.count ?? 0).toBe(deadlines.length);
    if (this.nextDeadline !== undefined) expect(this.nextDeadline).toBeLessThanOrEqual(Math.min(...deadlines));
  }

  #release(effect: ProgramEffect): void {
    expect(this.outcome).toBeUndefined();
    this.effects.push(effect);
    switch (effect.type) {
      case 'call':
        expect(this.asked.has(effect.callId), `${effect.callId} is new`).toBe(false);
        this.asked.add(effect.callId);
        this.calls.set(effect.callId, effect);
        return;
      case 'cancelCall':
        expect(this.calls.delete(effect.callId), `${effect.callId} is in flight`).toBe(true);
        this.over.push(effect.callId);
        return;
      case 'acquire':
        expect(this.locks.has(effect.lockId)).toBe(false);
        this.locks.set(effect.lockId, 'waiting');
        return;
      case 'release':
        expect(this.locks.delete(effect.lockId), `${effect.lockId} is claimed`).toBe(true);
        return;
      case 'finish':
        this.outcome = effect.outcome;
        expect([...this.calls.keys()], 'no call is in flight at the end').toEqual([]);
    }
  }

  begin(): this {
    this.take({ type: 'begin' });
    return this;
  }

  settle(call: string, outcome: Outcome = { kind: 'ok', output: {} }): this {
    if (this.calls.delete(call)) this.over.push(call);
    this.take({ type: 'callSettled', callId: callId(call), outcome });
    return this;
  }

  ok(call: string, output: Json = {}): this {
    return this.settle(call, { kind: 'ok', output });
  }

  grant(lock: string): this {
    if (this.locks.has(lock)) this.locks.set(lock, 'held');
    this.take({ type: 'lockGranted', lockId: callId(lock) });
    return this;
  }

  revoke(lock: string, reason = 'another took it'): this {
    // The host has taken it away, but the program may still say that it gives it back.
    this.take({ type: 'lockRevoked', lockId: callId(lock), reason });
    return this;
  }

  cancel(reason = 'stop'): this {
    this.take({ type: 'cancel', reason });
    return this;
  }

  edit(edit: JsonObject): this {
    this.take({ type: 'edit', edit });
    return this;
  }

  get nextDeadline(): Instant | undefined {
    return flowProgram.nextDeadline(this.definition, this.state);
  }

  /** Moves the time, telling the machine of each deadline on the way. */
  advance(ms: number): this {
    const target = later(this.now, ms);
    for (let next = this.nextDeadline; next !== undefined && next <= target; next = this.nextDeadline) {
      this.now = next > this.now ? next : this.now;
      const before = JSON.stringify(this.state);
      this.take({ type: 'deadline' });
      if (JSON.stringify(this.state) === before) throw new Error('a deadline changed nothing');
    }
    this.now = target;
    return this;
  }

  view(): JsonObject {
    return flowProgram.view?.(this.definition, this.state) ?? {};
  }
}
