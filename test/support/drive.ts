import {
  callId,
  type Instant,
  instant,
  later,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
  type RunBegin,
  runId,
} from 'tau-core';
import { type WorkflowDefinition, type WorkflowEvent, type WorkflowState, workflowLanguage } from 'tau-orchestrate';

export type CallEffect = Extract<ProgramEffect, { type: 'call' }>;

/** When runs of tests begin. */
export const START: Instant = instant(1_700_000_000_000);

const { program } = workflowLanguage;

/** A definition, or the diagnostics as an error. */
export function definitionOf(source: string): WorkflowDefinition {
  const parsed = workflowLanguage.parse(source, 'test.yml');
  if (parsed.ok) return parsed.definition;
  throw new Error(parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'));
}

/** An event of GitHub as ext-github publishes it. */
export function githubEvent(type: string, payload: object): NonNullable<RunBegin['event']> {
  return { id: `${type}-1`, source: 'github/octo/shop', type: `github.${type}`, data: JSON.stringify(payload) };
}

/** What a run of a test begins with. */
export function beginOf(extra: Partial<RunBegin> = {}): RunBegin {
  return { runId: runId('run-1'), sessionId: 'github/octo/shop', input: {}, startedAt: START, ...extra };
}

/** One run of the machine, driven by hand as a host drives it. */
export class Drive {
  readonly definition: WorkflowDefinition;
  readonly begin: RunBegin;
  readonly events: WorkflowEvent[] = [];
  readonly effects: ProgramEffect[] = [];
  readonly calls = new Map<string, CallEffect>();
  outcome: Outcome | undefined;
  state: WorkflowState;
  now: Instant = START;

  constructor(source: string | WorkflowDefinition, begin: RunBegin = beginOf()) {
    this.definition = typeof source === 'string' ? definitionOf(source) : source;
    this.begin = begin;
    this.state = program.initial(this.definition, begin);
  }

  /** Gives the machine an input; what it decided. */
  take(input: ProgramInput): { events: readonly WorkflowEvent[]; effects: readonly ProgramEffect[] } {
    const decision = program.decide(this.definition, this.state, input, this.now);
    for (const event of decision.events) {
      this.events.push(event);
      this.state = program.evolve(this.definition, this.state, event);
    }
    for (const effect of decision.effects) {
      this.effects.push(effect);
      if (effect.type === 'call') this.calls.set(effect.callId, effect);
      if (effect.type === 'cancelCall') this.calls.delete(effect.callId);
      if (effect.type === 'finish') this.outcome = effect.outcome;
    }
    return decision;
  }

  start(): this {
    this.take({ type: 'begin' });
    return this;
  }

  settle(call: string, outcome: Outcome = { kind: 'ok', output: {} }): this {
    this.calls.delete(call);
    this.take({ type: 'callSettled', callId: callId(call), outcome });
    return this;
  }

  /** Settles every call in flight as ok, and those that follow, until nothing is in flight. */
  settleAll(): this {
    for (let [call] = this.calls.keys(); call !== undefined; [call] = this.calls.keys()) this.settle(call);
    return this;
  }

  cancel(reason = 'stop'): this {
    this.take({ type: 'cancel', reason });
    return this;
  }

  get nextDeadline(): Instant | undefined {
    return program.nextDeadline(this.definition, this.state);
  }

  /** Moves the time, telling the machine of each deadline on the way. */
  advance(ms: number): this {
    const target = later(this.now, ms);
    for (let next = this.nextDeadline; next !== undefined && next <= target; next = this.nextDeadline) {
      this.now = next > this.now ? next : this.now;
      this.take({ type: 'deadline' });
    }
    this.now = target;
    return this;
  }
}
