import {
  callId,
  type Instant,
  instant,
  type Json,
  later,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
  type RunBegin,
  runId,
} from 'tau-core';

type CallEffect = Extract<ProgramEffect, { type: 'call' }>;

/** One run of any program, driven by hand as a host drives it. Each step also checks what every program must keep. */
export class ProgramDrive<Definition, State, Event> {
  readonly definition: Definition;
  readonly events: Event[] = [];
  readonly effects: ProgramEffect[] = [];
  readonly calls = new Map<string, CallEffect>();
  /** Every call that was ever asked for, in order. */
  readonly asked: CallEffect[] = [];
  readonly inputs = new Set<string>();
  outcome: Outcome | undefined;
  state: State;
  now: Instant;
  readonly #language: ProgramLanguage<Definition, State, Event>;

  constructor(language: ProgramLanguage<Definition, State, Event>, source: Json | string, start: number) {
    this.#language = language;
    const parsed = language.parse(typeof source === 'string' ? source : JSON.stringify(source), 'test.json');
    if (!parsed.ok) {
      throw new Error(parsed.diagnostics.map((at) => `${at.line}:${at.column} ${at.message}`).join('\n'));
    }
    this.definition = parsed.definition;
    this.now = instant(start);
    const begin: RunBegin = { runId: runId('run-1'), sessionId: 'project/shop', input: {}, startedAt: this.now };
    this.state = language.program.initial(this.definition, begin);
  }

  take(input: ProgramInput): readonly Event[] {
    this.inputs.add(input.type);
    const { program } = this.#language;
    const before = JSON.stringify(this.state);
    const { events, effects } = program.decide(this.definition, this.state, input, this.now);
    if (JSON.stringify(this.state) !== before) throw new Error('decide changed the state that it was given');
    for (const event of events) {
      this.events.push(event);
      this.state = program.evolve(this.definition, this.state, JSON.parse(JSON.stringify(event)) as Event);
    }
    for (const effect of effects) this.#release(effect);
    return events;
  }

  #release(effect: ProgramEffect): void {
    if (this.outcome !== undefined) throw new Error('an effect followed the finish');
    this.effects.push(effect);
    if (effect.type === 'call') {
      if (this.asked.some((call) => call.callId === effect.callId)) throw new Error(`${effect.callId} was asked twice`);
      this.asked.push(effect);
      this.calls.set(effect.callId, effect);
    } else if (effect.type === 'cancelCall') {
      if (!this.calls.delete(effect.callId)) throw new Error(`${effect.callId} was withdrawn, but is not open`);
    } else if (effect.type === 'finish') this.outcome = effect.outcome;
  }

  begin(): this {
    this.take({ type: 'begin' });
    return this;
  }

  tell(content: Json): this {
    this.take({ type: 'message', content });
    return this;
  }

  settle(call: string, outcome: Outcome = { kind: 'ok', output: null }): this {
    this.calls.delete(call);
    this.take({ type: 'callSettled', callId: callId(call), outcome });
    return this;
  }

  get nextDeadline(): Instant | undefined {
    return this.#language.program.nextDeadline(this.definition, this.state);
  }

  /** Moves the time and wakes the program at each of its deadlines, as a host that is there does. */
  advanceTo(target: number, wakesMax = 100_000): this {
    for (let wakes = 0; ; wakes += 1) {
      const next = this.nextDeadline;
      if (next === undefined || next > target || this.outcome !== undefined) break;
      if (wakes >= wakesMax) throw new Error(`the program woke ${wakesMax} times and wants more`);
      if (next > this.now) this.now = next;
      this.take({ type: 'deadline' });
    }
    if (target > this.now) this.now = instant(target);
    return this;
  }

  advance(ms: number): this {
    return this.advanceTo(later(this.now, ms));
  }

  /** The host is away until then: no deadline is told before. */
  away(ms: number): this {
    this.now = later(this.now, ms);
    return this.advance(0);
  }

  /** The state as a host that starts again would have it. */
  restart(): this {
    this.state = JSON.parse(JSON.stringify(this.state)) as State;
    return this;
  }

  view(): Json {
    return this.#language.program.view?.(this.definition, this.state) ?? null;
  }
}
