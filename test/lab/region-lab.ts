import {
  type CallId,
  type CloudEvent,
  callId,
  type ErrorData,
  type Instant,
  instant,
  type Json,
  type Outcome,
  type RunId,
  regionId,
  runId,
} from 'tau-core';
import type { RegionEffect, RegionReply, WorkOrder } from '../../src/machines/region/effects.js';
import type { RegionEvent } from '../../src/machines/region/events.js';
import type { RegionInput, RunRequest } from '../../src/machines/region/inputs.js';
import { REGION_LIMITS, type RegionLimits } from '../../src/machines/region/limits.js';
import { type RegionMachine, regionMachine } from '../../src/machines/region/machine.js';
import type { BoundDefinition, RegionState, RunState } from '../../src/machines/region/state.js';
import { testPrograms } from '../programs/index.js';
import type { Rules } from '../programs/obedient.js';
import type { ScriptStep } from '../programs/scripted.js';
import { deepFreeze } from './deep-freeze.js';
import { RegionInvariants } from './region-invariants.js';

/** What came of telling the region something. */
export interface Told {
  readonly events: readonly RegionEvent[];
  readonly effects: readonly RegionEffect[];
  /** The event types, for comparing at a glance. */
  readonly types: readonly string[];
  readonly orders: readonly WorkOrder[];
  readonly withdrawn: readonly string[];
}

export const ok: Outcome = { kind: 'ok', output: null };

export const START_MS = 1_000;

/** A region machine on a bench: an input in, its decision out; every invariant is checked after every one. */
export class RegionLab {
  readonly machine: RegionMachine;
  readonly events: RegionEvent[] = [];
  state: RegionState;
  now: Instant = instant(START_MS);
  readonly #invariants: RegionInvariants;

  constructor(limits: Partial<RegionLimits> = {}) {
    this.machine = regionMachine(testPrograms, { ...REGION_LIMITS, ...limits });
    this.#invariants = new RegionInvariants(this.machine);
    this.state = this.machine.initial(regionId('lab'));
  }

  /** A lab with an open session. */
  static open(limits: Partial<RegionLimits> = {}): RegionLab {
    const lab = new RegionLab(limits);
    lab.tell({ type: 'createSession', durable: true, context: [] });
    return lab;
  }

  tell(input: RegionInput): Told {
    deepFreeze(input);
    const before = this.state;
    const decision = this.machine.decide(before, input, this.now);
    deepFreeze(decision.next);
    deepFreeze(decision.events);
    this.#invariants.check(before, input, decision);
    this.state = decision.next;
    this.events.push(...decision.events);
    return {
      events: decision.events,
      effects: decision.effects,
      types: decision.events.map(({ body }) => body.type),
      orders: decision.effects.flatMap((effect) => (effect.type === 'dispatch' ? [effect.order] : [])),
      withdrawn: decision.effects.flatMap((effect) => (effect.type === 'withdraw' ? [effect.workId] : [])),
    };
  }

  advance(ms: number): void {
    this.now = instant(this.now + ms);
  }

  /** Starts a run of a script. */
  script(id: string, steps: readonly ScriptStep[], more: Partial<RunRequest> = {}): Told {
    return this.tell({ type: 'startRun', request: request(id, bound('scripted', { steps } as unknown as Json), more) });
  }

  /** Starts a run that obeys rules and messages. */
  obedient(id: string, rules: Rules, more: Partial<RunRequest> = {}): Told {
    return this.tell({ type: 'startRun', request: request(id, bound('obedient', rules as unknown as Json), more) });
  }

  settle(
    work: string,
    outcome: Outcome = ok,
    more: { readonly attempt?: number; readonly tokens?: number } = {},
  ): Told {
    const [run, call] = namesOf(work);
    const attempt = more.attempt ?? this.run(run)?.calls.get(call)?.attempt ?? 1;
    const usage = more.tokens === undefined ? {} : { usage: { tokens: more.tokens, costMicros: more.tokens * 10 } };
    return this.tell({ type: 'settle', runId: run, callId: call, attempt, outcome, ...usage });
  }

  lose(work: string, attempt?: number): Told {
    const [run, call] = namesOf(work);
    const current = attempt ?? this.run(run)?.calls.get(call)?.attempt ?? 1;
    return this.tell({ type: 'lost', runId: run, callId: call, attempt: current, message: 'its provider is gone' });
  }

  message(id: string, mode: 'append' | 'steer' | 'interrupt' | 'replace', content: Json, key?: string): Told {
    return this.tell({ type: 'message', runId: runId(id), mode, content, ...(key !== undefined && { key }) });
  }

  cancel(id: string, kill = false): Told {
    return this.tell({ type: 'cancelRun', runId: runId(id), kill, reason: 'enough' });
  }

  pause(id: string): Told {
    return this.tell({ type: 'pauseRun', runId: runId(id) });
  }

  resume(id: string): Told {
    return this.tell({ type: 'resumeRun', runId: runId(id) });
  }

  answer(work: string, version: number, answer: Json): Told {
    const [run, call] = namesOf(work);
    return this.tell({ type: 'answer', runId: run, callId: call, version, answer });
  }

  wake(id: string): Told {
    return this.tell({ type: 'wake', runId: runId(id) });
  }

  publish(event: CloudEvent, starts: readonly RunRequest[] = []): Told {
    return this.tell({ type: 'publish', event, durable: true, starts });
  }

  run(id: string): RunState | undefined {
    return this.state.runs.get(id);
  }

  outcome(id: string): Outcome | undefined {
    return this.state.ended.get(id)?.outcome;
  }
}

export function bound(program: string, definition: Json): BoundDefinition {
  // The version stands for the content, as it does where definitions are read.
  return { name: program, program, version: `${program} ${JSON.stringify(definition)}`, definition };
}

export function request(id: string, definition: BoundDefinition, more: Partial<RunRequest> = {}): RunRequest {
  return { runId: runId(id), bound: definition, input: {}, cause: 'test', ...more };
}

export function event(id: string, more: Partial<CloudEvent> = {}): CloudEvent {
  return { id, source: 'github/octo/shop', type: 'github.issues.opened', data: '{}', ...more };
}

export function replyOf(told: Told): RegionReply {
  const found = told.effects.find((effect) => effect.type === 'reply');
  if (found === undefined) throw new Error('there was no reply');
  return found.reply;
}

/** The refusal's catalogue id; undefined when there was none. */
export function refusal(told: Told): string | undefined {
  const reply = replyOf(told);
  return reply.ok ? undefined : reply.error.id;
}

export function failed(error: ErrorData): Outcome {
  return { kind: 'failed', error };
}

function namesOf(work: string): readonly [RunId, CallId] {
  const [run = '', call = ''] = work.split('/');
  return [runId(run), callId(call)];
}
