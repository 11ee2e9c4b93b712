import type { ErrorData, JsonObject, Outcome, ProgramEffect, ProgramInput } from 'tau-core';
import { HOST_CAPABILITIES } from 'tau-core';
import { type CallEffect, OpenCall, renewedTries, restoredTries, type StoredCall, storedCall } from './open-call.js';
import type { HostNote } from './run-record.js';

export type AcquireEffect = Extract<ProgramEffect, { readonly type: 'acquire' }>;

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

const NO_CALLS: readonly never[] = [];

/**
 * What a host has to know of a run beside its program's state: which calls, questions and locks are open. It follows from the
 * records alone, so that any host can go on from any of them.
 */
export class RunBooks<Call extends OpenCall = OpenCall> {
  /** The only one, or all once there were two: runs that wait mostly have one, and there may be hundreds of thousands of them. */
  #calls: Call | Map<string, Call> | undefined = undefined;
  #locks: Map<string, BookedLock> | undefined = undefined;
  /** How many events the run has published. */
  published = 0;
  outcome: Outcome | undefined = undefined;
  readonly #maker: CallMaker<Call>;
  #keys: Set<string> | undefined = undefined;

  constructor(maker: CallMaker<Call>) {
    this.#maker = maker;
  }

  /** Those that are open, in the order in which they were asked for. */
  get calls(): Iterable<Call> {
    if (this.#calls === undefined) return NO_CALLS;
    return this.#calls instanceof Map ? this.#calls.values() : [this.#calls];
  }

  get hasSeveralCalls(): boolean {
    return this.#calls instanceof Map && this.#calls.size > 1;
  }

  /** Undefined when it is not open. */
  call(callId: string): Call | undefined {
    if (this.#calls instanceof Map) return this.#calls.get(callId);
    return this.#calls?.effect.callId === callId ? this.#calls : undefined;
  }

  get locks(): Iterable<BookedLock> {
    return this.#locks?.values() ?? [];
  }

  /** Before the program's events are. */
  takeInput(input: ProgramInput, key?: string): void {
    if (input.type === 'callSettled') {
      const call = this.call(input.callId);
      if (call?.effect.capability === HOST_CAPABILITIES.publish && input.outcome.kind === 'ok') this.published += 1;
      this.#dropCall(input.callId);
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
        this.#addCall(call);
        return call;
      }
      case 'cancelCall': {
        const call = this.call(effect.callId);
        this.#dropCall(effect.callId);
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
    this.call(note.callId)?.takeNote(note, timeMs);
  }

  /** For a fork: its calls are other work, under keys of its own, that begins now. */
  renewCalls(nowMs: number): void {
    for (const { effect, tries } of [...this.calls]) {
      const call = this.#maker.newCall(effect, nowMs);
      call.tries = renewedTries(tries, nowMs);
      this.#addCall(call);
    }
  }

  hasTaken(key: string): boolean {
    return this.#keys?.has(key) === true;
  }

  toJson(): JsonObject {
    const calls: { [callId: string]: JsonObject } = {};
    for (const call of this.calls) calls[call.effect.callId] = storedCall(call);
    const locks: { [lockId: string]: JsonObject } = {};
    for (const { effect, isHeld } of this.locks)
      locks[effect.lockId] = { effect: effect as unknown as JsonObject, isHeld };
    return { calls, locks, published: this.published, keys: [...(this.#keys ?? [])] } satisfies StoredBooks;
  }

  /** Takes over what was stored, into empty books. */
  restore(stored: JsonObject): void {
    const { calls, locks, published, keys } = stored as unknown as StoredBooks;
    for (const entry of Object.values(calls)) {
      const stored = entry as unknown as StoredCall;
      const call = this.#maker.newCall(stored.effect, stored.sinceMs);
      call.tries = restoredTries(stored);
      this.#addCall(call);
    }
    for (const entry of Object.values(locks)) {
      const { effect, isHeld } = entry as unknown as BookedLock;
      this.#addLock({ effect, isHeld });
    }
    this.published = published;
    for (const key of keys) this.#remember(key);
  }

  #addCall(call: Call): void {
    const { callId } = call.effect;
    const known = this.#calls;
    if (known instanceof Map) known.set(callId, call);
    else if (known === undefined || known.effect.callId === callId) this.#calls = call;
    else {
      const calls = new Map<string, Call>();
      this.#calls = calls.set(known.effect.callId, known).set(callId, call);
    }
  }

  #dropCall(callId: string): void {
    const known = this.#calls;
    if (!(known instanceof Map)) {
      if (known?.effect.callId === callId) this.#calls = undefined;
      return;
    }
    known.delete(callId);
    if (known.size === 0) this.#calls = undefined;
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
