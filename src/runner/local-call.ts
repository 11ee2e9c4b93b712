import {
  type Clock,
  type ErrorData,
  errorData,
  type Json,
  type JsonObject,
  later,
  type Outcome,
  type ProgramEffect,
  type RetryPolicy,
  type Timer,
  tauError,
  toErrorData,
} from 'tau-core';

type CallEffect = Extract<ProgramEffect, { type: 'call' }>;

/** What a handler may know of the call that it serves. */
export interface LocalContext {
  /** Unique in the run. */
  readonly callId: string;
  readonly capability: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** The same for every try of this call: key external effects by it. */
  readonly idempotencyKey: string;
  /** Aborted when the call is cancelled or out of time; what the handler then returns is dropped. */
  readonly signal: AbortSignal;
}

/**
 * Serves a capability. Its input and its result are copied, so that neither side can change what the other keeps. A
 * `TauError` that it throws is the call's error, tried again when it says `retryable`; any other becomes HANDLER_FAILED.
 */
export type LocalHandler = (input: JsonObject, context: LocalContext) => Json | Promise<Json>;

/** What a call needs from its run. */
export interface LocalCallOptions {
  readonly runId: string;
  readonly handler: LocalHandler | undefined;
  readonly clock: Clock;
  /** Called once, unless the call is withdrawn before; never within `start`. */
  readonly settled: (outcome: Outcome) => void;
}

const NO_RETRY: RetryPolicy = { attemptsMax: 1, firstDelayMs: 0, factor: 1, delayMaxMs: 0 };

/** One call of a local run: tries its handler, again where the policy says so, until it has one outcome. */
export class LocalCall {
  readonly #effect: CallEffect;
  readonly #options: LocalCallOptions;
  readonly #abort = new AbortController();
  #timers: Timer[] = [];
  #hasEnded = false;

  constructor(effect: CallEffect, options: LocalCallOptions) {
    this.#effect = effect;
    this.#options = options;
  }

  start(): void {
    const { timeoutMs } = this.#effect;
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => this.#timeOut(timeoutMs));
    void this.#try(1);
  }

  /** Nobody waits for it any more: its handler is told so, and nothing comes of it. */
  withdraw(): void {
    this.#end();
  }

  async #try(attempt: number): Promise<void> {
    const { capability, callId, input } = this.#effect;
    const { handler, runId } = this.#options;
    const context: LocalContext = {
      callId,
      capability,
      attempt,
      idempotencyKey: `${runId}/${callId}`,
      signal: this.#abort.signal,
    };
    let output: Json;
    try {
      // Nothing settles before `start` has returned, not even a call that nobody serves.
      await null;
      if (handler === undefined)
        throw tauError('NO_PROVIDER', `nobody offers ${capability}: give the run a handler for it`);
      output = copied(await handler(copied(input), context));
    } catch (thrown) {
      return this.#failed(attempt, toErrorData(thrown, 'HANDLER_FAILED'));
    }
    this.#settle({ kind: 'ok', output });
  }

  #failed(attempt: number, error: ErrorData): void {
    const { attemptsMax, firstDelayMs, factor, delayMaxMs } = this.#effect.retry ?? NO_RETRY;
    if (!error.retryable || attempt >= attemptsMax) return this.#settle({ kind: 'failed', error });
    const delayMs = Math.max(Math.min(firstDelayMs * factor ** (attempt - 1), delayMaxMs), error.retryAfterMs ?? 0);
    this.#after(delayMs, () => void this.#try(attempt + 1));
  }

  #timeOut(timeoutMs: number): void {
    const error = errorData('WORK_DEADLINE', `${this.#effect.capability} did not answer within ${timeoutMs} ms`);
    this.#settle({ kind: 'failed', error });
  }

  #after(ms: number, act: () => void): void {
    if (this.#hasEnded) return;
    this.#timers.push(this.#options.clock.at(later(this.#options.clock.now(), ms), act));
  }

  #settle(outcome: Outcome): void {
    if (this.#hasEnded) return;
    this.#end();
    this.#options.settled(outcome);
  }

  #end(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#abort.abort();
  }
}

/** A copy by way of JSON text, as calls that leave the process have. */
function copied<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value ?? null)) as T;
}
