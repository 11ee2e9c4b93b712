import { type Instant, type Json, type TauError, workId } from 'tau-core';
import type { Grants } from 'tau-core/node';
import type { LocalContext } from './local-handler.js';
import type { CallEffect } from './open-call.js';

/** What an attempt belongs to. */
export interface AttemptCall {
  readonly effect: CallEffect;
  readonly runId: string;
  readonly sessionId: string;
  readonly deadline: Instant | undefined;
  readonly answer: Json | undefined;
  readonly redelivered: boolean;
  show(attempt: LocalAttempt, from: 'progress' | 'emit', content: Json): void;
}

/** One try of a call, as its handler sees it. What is rarely asked for is made when it is asked for. */
export class LocalAttempt implements LocalContext {
  readonly attempt: number;
  readonly #call: AttemptCall;
  #controller: AbortController | undefined;
  #abortedWith: TauError | undefined;

  constructor(call: AttemptCall, attempt: number) {
    this.#call = call;
    this.attempt = attempt;
  }

  get runId(): string {
    return this.#call.runId;
  }

  get sessionId(): string {
    return this.#call.sessionId;
  }

  get callId(): string {
    return this.#call.effect.callId;
  }

  get capability(): string {
    return this.#call.effect.capability;
  }

  get idempotencyKey(): string {
    return workId(this.#call.runId as Parameters<typeof workId>[0], this.#call.effect.callId);
  }

  get redelivered(): boolean {
    return this.#call.redelivered;
  }

  get deadline(): Instant | undefined {
    return this.#call.deadline;
  }

  get answer(): Json | undefined {
    return this.#call.answer;
  }

  get grants(): Grants | undefined {
    return this.#call.effect.grants;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedWith !== undefined) this.#controller.abort(this.#abortedWith);
    }
    return this.#controller.signal;
  }

  // Functions of their own: handlers take contexts apart.
  get progress(): (content: Json) => void {
    return (content) => this.#call.show(this, 'progress', content);
  }

  get emit(): (content: Json) => void {
    return (content) => this.#call.show(this, 'emit', content);
  }

  /** Tells the handler to stop. */
  abort(error: TauError): void {
    this.#abortedWith = error;
    this.#controller?.abort(error);
  }
}
