import {
  callId,
  type Instant,
  instant,
  type Json,
  later,
  type Outcome,
  type Parsed,
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
  return accepted(workflowLanguage.parse(source, 'test.yml'));
}

/** A definition with the files that it refers to built in: their texts by their paths. */
export function linkedOf(source: string, files: ReadonlyMap<string, string>): WorkflowDefinition {
  const definition = definitionOf(source);
  const lookup = (file: string): WorkflowDefinition | undefined => {
    const text = files.get(file);
    return text === undefined ? undefined : accepted(workflowLanguage.parse(text, file));
  };
  return workflowLanguage.link === undefined ? definition : accepted(workflowLanguage.link(definition, lookup));
}

function accepted(parsed: Parsed<WorkflowDefinition>): WorkflowDefinition {
  if (parsed.ok) return parsed.definition;
  const lines = parsed.diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  throw new Error(lines.join('\n'));
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
  definition: WorkflowDefinition;
  readonly begin: RunBegin;
  readonly events: WorkflowEvent[] = [];
  readonly effects: ProgramEffect[] = [];
  readonly inputs: ProgramInput[] = [];
  readonly calls = new Map<string, CallEffect>();
  /** Locks that were asked for and not given back, and whether they are held. */
  readonly locks = new Map<string, boolean>();
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
    this.inputs.push(input);
    const decision = program.decide(this.definition, this.state, input, this.now);
    for (const event of decision.events) {
      this.events.push(event);
      this.state = program.evolve(this.definition, this.state, event);
    }
    for (const effect of decision.effects) {
      this.effects.push(effect);
      if (effect.type === 'call') this.calls.set(effect.callId, effect);
      if (effect.type === 'cancelCall') this.calls.delete(effect.callId);
      if (effect.type === 'acquire') this.locks.set(effect.lockId, false);
      if (effect.type === 'release') this.locks.delete(effect.lockId);
      if (effect.type === 'finish') this.outcome = effect.outcome;
    }
    return decision;
  }

  start(): this {
    this.take({ type: 'begin' });
    return this;
  }

  settle(call: string, outcome: Outcome = { kind: 'ok', output: this.#resultOf(call) }): this {
    this.calls.delete(call);
    this.take({ type: 'callSettled', callId: callId(call), outcome });
    return this;
  }

  /** What a call gives that just works: files have a hash. */
  #resultOf(call: string): Json {
    return this.calls.get(call)?.capability === 'tool:hash-files@v1' ? 'f00' : {};
  }

  /** Gives a lock that is waited for. */
  grant(lock: string): this {
    if (this.locks.has(lock)) this.locks.set(lock, true);
    this.take({ type: 'lockGranted', lockId: callId(lock) });
    return this;
  }

  /** Takes a lock away, or ends the wait for it. */
  revoke(lock: string, reason: string): this {
    this.locks.delete(lock);
    this.take({ type: 'lockRevoked', lockId: callId(lock), reason });
    return this;
  }

  /** A lock that is waited for. */
  get wanted(): string | undefined {
    return [...this.locks].find(([, held]) => !held)?.[0];
  }

  /** Settles every call in flight as ok and grants every lock, and those that follow, until nothing is open. */
  settleAll(): this {
    for (;;) {
      const [call] = this.calls.keys();
      const lock = this.wanted;
      if (call !== undefined) this.settle(call);
      else if (lock !== undefined) this.grant(lock);
      else return this;
    }
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
