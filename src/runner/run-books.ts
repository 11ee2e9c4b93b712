import type { ErrorData, Json, JsonObject, Outcome, ProgramEffect, ProgramInput } from 'tau-core';
import { HOST_CAPABILITIES } from 'tau-core';
import { FewMap } from './few-map.js';
import type { HostNote } from './run-record.js';

export type CallEffect = Extract<ProgramEffect, { readonly type: 'call' }>;
export type AcquireEffect = Extract<ProgramEffect, { readonly type: 'acquire' }>;

/** A question that waits for a person. */
export interface BookedQuestion {
  /** 1, 2, ... among the questions of its call. */
  readonly version: number;
  readonly question: string;
  readonly askedMs: number;
  readonly schema?: Json;
  readonly actions?: readonly string[];
}

/** A call that the program waits for, as the host has it in its books. */
export class OpenCall {
  readonly effect: CallEffect;
  readonly sinceMs: number;
  /** Tries that failed. */
  failures = 0;
  /** Questions that its handler has asked. */
  asked = 0;
  retryAtMs: number | undefined = undefined;
  /** Whether any try may have taken effect. */
  mayHaveHappened = false;
  question: BookedQuestion | undefined;
  answer: Json | undefined = undefined;
  /** All tries are used up, and it waits to be made again. */
  isHeld = false;

  constructor(effect: CallEffect, sinceMs: number) {
    this.effect = effect;
    this.sinceMs = sinceMs;
    this.question = effect.capability === HOST_CAPABILITIES.ask ? questionOf(effect.input, sinceMs) : undefined;
  }
}

/** The question of a program's own `human:ask` call. */
function questionOf({ question, schema, actions }: JsonObject, askedMs: number): BookedQuestion {
  const text = typeof question === 'string' ? question : '';
  if (!Array.isArray(actions)) return { version: 1, question: text, askedMs, ...(schema !== undefined && { schema }) };
  // Texts are those of the call's input: runs that wait at a question need not have them twice.
  const isText = (actions as readonly Json[]).every((action) => typeof action === 'string');
  const offered = isText ? (actions as readonly string[]) : actions.map(String);
  return schema === undefined
    ? { version: 1, question: text, askedMs, actions: offered }
    : { version: 1, question: text, askedMs, schema, actions: offered };
}

export interface BookedLock {
  readonly effect: AcquireEffect;
  isHeld: boolean;
}

export interface DeadLetterNote {
  readonly callId: string;
  readonly capability: string;
  readonly attempts: number;
  readonly error: ErrorData;
  readonly held: boolean;
}

/** Makes calls as a host needs them. */
export interface CallMaker<Call extends OpenCall> {
  newCall(effect: CallEffect, sinceMs: number): Call;
}

/** Of books that are only looked at. */
export const OPEN_CALLS: CallMaker<OpenCall> = { newCall: (effect, sinceMs) => new OpenCall(effect, sinceMs) };

/** Books as plain JSON, in frames. A format for ever. */
interface StoredBooks {
  readonly calls: JsonObject;
  readonly locks: JsonObject;
  readonly published: number;
  readonly keys: readonly string[];
}

/** Messages come again soon or not at all. */
const KEYS_MAX = 1_000;

/**
 * What a host has to know of a run beside its program's state: which calls, questions and locks are open. It follows from the
 * records alone, so that any host can go on from any of them.
 */
export class RunBooks<Call extends OpenCall = OpenCall> {
  readonly calls = new FewMap<string, Call>();
  #locks: Map<string, BookedLock> | undefined;
  /** How many events the run has published. */
  published = 0;
  outcome: Outcome | undefined = undefined;
  readonly #maker: CallMaker<Call>;
  #keys: Set<string> | undefined;

  constructor(maker: CallMaker<Call>) {
    this.#maker = maker;
  }

  get locks(): Iterable<BookedLock> {
    return this.#locks?.values() ?? [];
  }

  /** Before the program's events are. */
  takeInput(input: ProgramInput, key?: string): void {
    if (input.type === 'callSettled') {
      const call = this.calls.get(input.callId);
      if (call?.effect.capability === HOST_CAPABILITIES.publish && input.outcome.kind === 'ok') this.published += 1;
      this.calls.delete(input.callId);
    } else if (input.type === 'lockGranted') {
      const lock = this.#locks?.get(input.lockId);
      if (lock !== undefined) lock.isHeld = true;
    } else if (input.type === 'lockRevoked') {
      this.#locks?.delete(input.lockId);
    }
    if (key !== undefined) this.#remember(key);
  }

  /** The call that the effect is about, if it is about one that is open. */
  takeEffect(effect: ProgramEffect, timeMs: number): Call | undefined {
    switch (effect.type) {
      case 'call': {
        const call = this.#maker.newCall(effect, timeMs);
        this.calls.set(effect.callId, call);
        return call;
      }
      case 'cancelCall': {
        const call = this.calls.get(effect.callId);
        this.calls.delete(effect.callId);
        return call;
      }
      case 'acquire':
        this.#addLock({ effect, isHeld: false });
        return undefined;
      case 'release':
        this.#locks?.delete(effect.lockId);
        return undefined;
      case 'finish':
        this.outcome = effect.outcome;
        return undefined;
    }
  }

  takeNote(note: HostNote, timeMs: number): void {
    if (note.type === 'killed') this.outcome = { kind: 'cancelled', reason: note.reason };
    if (note.type === 'killed' || note.type === 'migrated') return;
    const call = this.calls.get(note.callId);
    if (call === undefined) return;
    switch (note.type) {
      case 'asked': {
        const { question, schema } = note;
        call.asked += 1;
        call.answer = undefined;
        call.question = { version: call.asked, question, askedMs: timeMs, ...(schema !== undefined && { schema }) };
        return;
      }
      case 'answered':
        call.question = undefined;
        call.answer = note.answer;
        return;
      case 'tried':
        call.failures += 1;
        call.retryAtMs = note.retryAtMs;
        call.mayHaveHappened ||= note.error.outcome === 'unknown';
        return;
      case 'deadLetter':
        call.isHeld = note.held;
        return;
      case 'requeued':
        call.isHeld = false;
        call.failures = 0;
        call.retryAtMs = undefined;
        call.mayHaveHappened = true;
        return;
    }
  }

  hasTaken(key: string): boolean {
    return this.#keys?.has(key) === true;
  }

  toJson(): JsonObject {
    const calls: { [callId: string]: JsonObject } = {};
    for (const [callId, call] of this.calls.entries()) calls[callId] = storedCall(call);
    const locks: { [lockId: string]: JsonObject } = {};
    for (const { effect, isHeld } of this.locks)
      locks[effect.lockId] = { effect: effect as unknown as JsonObject, isHeld };
    return { calls, locks, published: this.published, keys: [...(this.#keys ?? [])] } satisfies StoredBooks;
  }

  /** Takes over what was stored, into empty books. */
  restore(stored: JsonObject): void {
    const { calls, locks, published, keys } = stored as unknown as StoredBooks;
    for (const entry of Object.values(calls)) {
      const { effect, sinceMs, ...rest } = entry as unknown as OpenCall;
      const call = this.#maker.newCall(effect, sinceMs);
      Object.assign(call, rest);
      this.calls.set(effect.callId, call);
    }
    for (const entry of Object.values(locks)) {
      const { effect, isHeld } = entry as unknown as BookedLock;
      this.#addLock({ effect, isHeld });
    }
    this.published = published;
    for (const key of keys) this.#remember(key);
  }

  #addLock(lock: BookedLock): void {
    this.#locks ??= new Map();
    this.#locks.set(lock.effect.lockId, lock);
  }

  #remember(key: string): void {
    this.#keys ??= new Set();
    this.#keys.add(key);
    if (this.#keys.size <= KEYS_MAX) return;
    for (const oldest of this.#keys) {
      this.#keys.delete(oldest);
      return;
    }
  }
}

function storedCall(call: OpenCall): JsonObject {
  const { effect, sinceMs, failures, asked, retryAtMs, mayHaveHappened, question, answer, isHeld } = call;
  return {
    effect: effect as unknown as JsonObject,
    sinceMs,
    ...(failures > 0 && { failures }),
    ...(asked > 0 && { asked }),
    ...(retryAtMs !== undefined && { retryAtMs }),
    ...(mayHaveHappened && { mayHaveHappened }),
    ...(question !== undefined && { question: question as unknown as JsonObject }),
    ...(answer !== undefined && { answer }),
    ...(isHeld && { isHeld }),
  };
}
