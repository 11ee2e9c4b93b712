import type { ErrorData, Instant, Narration, Outcome, Program, ProgramEffect, ProgramInput, RunBegin } from 'tau-core';
import type { ObservedEvent, RunObserver, RunStarted } from './observer.js';
import { OpenPlaces } from './open-places.js';

/** What a host knows of a run besides what its program says. */
export type RunFacts = Omit<RunStarted, 'type' | 'runId' | 'sessionId' | 'timeMs' | 'program' | 'traceparent'>;

/** A distributive `Omit`: of each member of a union by itself. */
type WithoutRun<Event> = Event extends unknown ? Omit<Event, 'runId' | 'sessionId' | 'timeMs'> : never;

interface OpenCall {
  readonly capability: string;
  readonly at?: string;
  attempts: number;
  waitingSince?: Instant;
}

/**
 * Tells observers of one run. A host calls it as it goes: `started`; for each step `told`, then `happened` for each event with
 * the state after it, then `asked` for the effects; `waiting`, `attempt`, `retry` and `settled` as calls go. The run's end is
 * seen in its `finish` effect.
 */
export class RunReporter<Definition, State, Event> {
  readonly #program: Program<Definition, State, Event>;
  readonly #definition: Definition;
  readonly #begin: RunBegin;
  readonly #observer: RunObserver;
  readonly #places = new OpenPlaces();
  readonly #calls = new Map<string, OpenCall>();
  readonly #locks = new Map<string, string>();
  #name: string | undefined;

  constructor(
    program: Program<Definition, State, Event>,
    definition: Definition,
    options: { readonly begin: RunBegin; readonly observer: RunObserver },
  ) {
    this.#program = program;
    this.#definition = definition;
    this.#begin = options.begin;
    this.#observer = options.observer;
  }

  /** Without a name among the facts it is the definition's. */
  started(now: Instant, facts: RunFacts = {}): void {
    const traceparent = this.#begin.event?.traceparent;
    const name = facts.name ?? nameOf(this.#definition);
    this.#name = name;
    this.#tell(now, {
      type: 'run.started',
      program: this.#program.kind,
      ...facts,
      ...(name !== undefined && { name }),
      ...(traceparent !== undefined && { traceparent }),
    });
  }

  /** The run is given an input: those that come from outside are told of. */
  told(input: ProgramInput, now: Instant): void {
    if (input.type === 'message' || input.type === 'edit') this.#tell(now, { type: `run.${input.type}` });
    if (input.type === 'cancel') this.#tell(now, { type: 'run.cancel', reason: input.reason });
    if (input.type === 'lockGranted') this.#tell(now, { type: 'lock.granted', ...this.#lock(input.lockId) });
    if (input.type === 'lockRevoked') {
      this.#tell(now, { type: 'lock.revoked', ...this.#lock(input.lockId), reason: input.reason });
      this.#locks.delete(input.lockId);
    }
  }

  /**
   * An event of the program has been applied: `state` is the one after it. What is still open in a place that ends was
   * cancelled with it. The place of the run as a whole is the run: its beginning and end are told as the run's.
   */
  happened(state: State, event: Event, now: Instant): void {
    for (const { kind, ...narrated } of this.#narrated(state, event)) {
      const { at, label } = narrated;
      const isEvent = kind === 'asked' || kind === 'committed';
      if (isRoot(at) && !isEvent) {
        if (label !== undefined && label !== this.#name) this.#tell(now, { type: 'run.named', label });
        this.#name = label ?? this.#name;
        continue;
      }
      if (kind === 'started') {
        if (this.#places.has(at)) continue;
        this.#places.open(at);
      } else if (!isEvent) {
        for (const inner of this.#places.close(at)) this.#tell(now, { type: 'place.cancelled', at: inner });
      }
      this.#tell(now, { type: `place.${kind}`, ...narrated });
    }
  }

  /** The program asks for effects, which the host releases after this. */
  asked(effects: readonly ProgramEffect[], now: Instant): void {
    for (const effect of effects) this.#effect(effect, now);
  }

  /** A policy makes an attempt of a call wait. */
  waiting(callId: string, now: Instant): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    call.waitingSince = now;
    this.#tell(now, { type: 'call.waiting', ...this.#callOf(callId, call), attempt: call.attempts + 1 });
  }

  /** The next attempt of a call begins. */
  attempt(callId: string, now: Instant): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    call.attempts += 1;
    const waitedMs = call.waitingSince === undefined ? undefined : now - call.waitingSince;
    delete call.waitingSince;
    this.#tell(now, {
      type: 'call.attempt',
      ...this.#callOf(callId, call),
      attempt: call.attempts,
      ...(waitedMs !== undefined && { waitedMs }),
    });
  }

  /** An attempt has failed, and another follows. */
  retry(callId: string, failed: { readonly error: ErrorData; readonly delayMs: number }, now: Instant): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#tell(now, { type: 'call.retry', ...this.#callOf(callId, call), attempt: call.attempts, ...failed });
  }

  /** A call has its outcome. */
  settled(callId: string, outcome: Outcome, now: Instant): void {
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    this.#calls.delete(callId);
    const error = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;
    this.#tell(now, {
      type: 'call.settled',
      ...this.#callOf(callId, call),
      attempts: call.attempts,
      outcome: outcome.kind,
      ...(error !== undefined && { error }),
    });
  }

  /** Nothing that is told to observers has a part in the run, not even a bug of what narrates. */
  #narrated(state: State, event: Event): readonly Narration[] {
    try {
      return this.#program.narrate?.(this.#definition, state, event) ?? [];
    } catch {
      return [];
    }
  }

  #effect(effect: ProgramEffect, now: Instant): void {
    switch (effect.type) {
      case 'call': {
        const at = this.#places.around(effect.callId);
        const call = { capability: effect.capability, attempts: 0, ...(at !== undefined && { at }) };
        this.#calls.set(effect.callId, call);
        return;
      }
      case 'cancelCall':
        return this.settled(effect.callId, { kind: 'cancelled', reason: effect.reason }, now);
      case 'acquire':
        this.#locks.set(effect.lockId, effect.key);
        return this.#tell(now, { type: 'lock.claimed', lockId: effect.lockId, key: effect.key });
      case 'release':
        this.#tell(now, { type: 'lock.released', ...this.#lock(effect.lockId) });
        this.#locks.delete(effect.lockId);
        return;
      case 'finish':
        for (const callId of [...this.#calls.keys()]) {
          this.settled(callId, { kind: 'cancelled', reason: 'the run has ended' }, now);
        }
        for (const at of [...this.#places.all].reverse()) {
          this.#places.close(at);
          this.#tell(now, { type: 'place.cancelled', at });
        }
        return this.#tell(now, { type: 'run.ended', outcome: effect.outcome });
    }
  }

  #callOf(callId: string, { capability, at }: OpenCall) {
    return { callId, capability, ...(at !== undefined && { at }) };
  }

  #lock(lockId: string) {
    const key = this.#locks.get(lockId);
    return { lockId, ...(key !== undefined && { key }) };
  }

  #tell(now: Instant, event: WithoutRun<ObservedEvent>): void {
    const { runId, sessionId } = this.#begin;
    this.#observer.observe({ ...event, runId, sessionId, timeMs: now } as ObservedEvent);
  }
}

/** Programs narrate the run as a whole at the empty path, flows at `$root`. */
function isRoot(at: string): boolean {
  return at === '' || at === '$root';
}

/** What people called the definition. */
export function nameOf(definition: unknown): string | undefined {
  if (typeof definition !== 'object' || definition === null || !('name' in definition)) return undefined;
  return typeof definition.name === 'string' ? definition.name : undefined;
}
