import type { Json, JsonObject, ProgramEffect } from 'tau-core';
import { HOST_CAPABILITIES } from 'tau-core';
import type { HostNote } from './run-record.js';

export type CallEffect = Extract<ProgramEffect, { readonly type: 'call' }>;

/** A question that waits for a person. */
export interface BookedQuestion {
  /** 1, 2, ... among the questions of its call. */
  readonly version: number;
  readonly question: string;
  readonly askedMs: number;
  readonly schema?: Json;
  readonly actions?: readonly string[];
}

/** What has become of a call so far. */
export interface CallTries {
  /** Tries that failed. */
  readonly failures: number;
  /** Questions that its handler has asked. */
  readonly asked: number;
  readonly retryAtMs: number | undefined;
  /** Whether any try may have taken effect. */
  readonly mayHaveHappened: boolean;
  /** That its handler has asked, and waits for. */
  readonly question: BookedQuestion | undefined;
  readonly answer: Json | undefined;
  /** All tries are used up, and it waits to be made again. */
  readonly isHeld: boolean;
}

/** Of most calls there is nothing to say until they settle: all of them share this. */
const UNTRIED: CallTries = {
  failures: 0,
  asked: 0,
  retryAtMs: undefined,
  mayHaveHappened: false,
  question: undefined,
  answer: undefined,
  isHeld: false,
};

/** A call that the program waits for, as the host has it in its books. */
export class OpenCall {
  readonly effect: CallEffect;
  readonly sinceMs: number;
  tries: CallTries = UNTRIED;

  constructor(effect: CallEffect, sinceMs: number) {
    this.effect = effect;
    this.sinceMs = sinceMs;
  }

  /** That it waits for: its handler's, or what it is there for as a whole. */
  get question(): BookedQuestion | undefined {
    if (this.effect.capability !== HOST_CAPABILITIES.ask) return this.tries.question;
    return questionOf(this.effect.input, this.sinceMs);
  }

  get hasQuestion(): boolean {
    return this.tries.question !== undefined || this.effect.capability === HOST_CAPABILITIES.ask;
  }

  get isHeld(): boolean {
    return this.tries.isHeld;
  }

  takeNote(note: HostNote, timeMs: number): void {
    switch (note.type) {
      case 'asked': {
        const version = this.tries.asked + 1;
        const { question: text, schema } = note;
        const question = { version, question: text, askedMs: timeMs, ...(schema !== undefined && { schema }) };
        this.tries = { ...this.tries, asked: version, answer: undefined, question };
        return;
      }
      case 'answered':
        this.tries = { ...this.tries, question: undefined, answer: note.answer };
        return;
      case 'tried': {
        const mayHaveHappened = this.tries.mayHaveHappened || note.error.outcome === 'unknown';
        const failures = this.tries.failures + 1;
        this.tries = { ...this.tries, failures, retryAtMs: note.retryAtMs, mayHaveHappened };
        return;
      }
      case 'deadLetter':
        this.tries = { ...this.tries, isHeld: note.held };
        return;
      case 'requeued':
        this.again();
        return;
    }
  }

  /** It has all its tries again. */
  again(): void {
    this.tries = { ...this.tries, failures: 0, retryAtMs: undefined, mayHaveHappened: true, isHeld: false };
  }
}

/** Of other work than that which was tried: nobody has tried it, and nobody was asked before now. */
export function renewedTries({ asked, question, answer }: CallTries, nowMs: number): CallTries {
  if (asked === 0) return UNTRIED;
  return { ...UNTRIED, asked, answer, question: question && { ...question, askedMs: nowMs } };
}

/** The question of a program's own `human:ask` call. */
function questionOf({ question, schema, actions }: JsonObject, askedMs: number): BookedQuestion {
  const text = typeof question === 'string' ? question : '';
  if (!Array.isArray(actions)) return { version: 1, question: text, askedMs, ...(schema !== undefined && { schema }) };
  const offered = actions.map(String);
  return schema === undefined
    ? { version: 1, question: text, askedMs, actions: offered }
    : { version: 1, question: text, askedMs, schema, actions: offered };
}

/** As frames have it. A format for ever. */
export function storedCall(call: OpenCall): JsonObject {
  const { effect, sinceMs, question } = call;
  const { failures, asked, retryAtMs, mayHaveHappened, answer, isHeld } = call.tries;
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

/** What a call is made of again. */
export interface StoredCall extends Partial<CallTries> {
  readonly effect: CallEffect;
  readonly sinceMs: number;
}

export function restoredTries({ effect: _effect, sinceMs: _since, ...tries }: StoredCall): CallTries {
  return { ...UNTRIED, ...tries };
}
