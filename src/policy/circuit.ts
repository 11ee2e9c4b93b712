import { type Instant, later, type Outcome } from 'tau-core';

/** Let through by a circuit: its ending is told to `ended`. */
export interface CircuitPass {
  readonly generation: number;
  readonly isProbe: boolean;
}

/**
 * A circuit breaker: closed until `failuresMax` calls in a row have failed, then open for `openMs`, then half-open: one call
 * may try, and closes it or opens it again. Endings of calls that began before it last changed say nothing.
 */
export class Circuit {
  readonly key: string;
  #failuresMax = 1;
  #openMs = 1;
  #failures = 0;
  #lastFailedAt: Instant | undefined;
  #openUntil: Instant | undefined;
  #probing = false;
  #generation = 0;
  #inFlight = 0;

  constructor(key: string) {
    this.key = key;
  }

  /** Takes the numbers of a policy; those of the call that was offered last hold for its key. */
  configure(failuresMax: number, openMs: number): void {
    this.#failuresMax = failuresMax >= 1 ? Math.trunc(failuresMax) : 1;
    this.#openMs = openMs >= 1 ? Math.trunc(openMs) : 1;
  }

  /** Undefined when a call may begin; else for how long none may, in milliseconds, undefined while one tries. */
  blocked(now: Instant): { readonly forMs?: number } | undefined {
    if (this.#openUntil === undefined) return undefined;
    // A clock that was put back must not keep it open for longer than it was to be.
    if (this.#openUntil > now + this.#openMs) this.#openUntil = later(now, this.#openMs);
    if (now < this.#openUntil) return { forMs: this.#openUntil - now };
    return this.#probing ? {} : undefined;
  }

  /** A call begins, which `blocked` allows. */
  begin(): CircuitPass {
    this.#inFlight += 1;
    const isProbe = this.#openUntil !== undefined;
    if (isProbe) this.#probing = true;
    return { generation: this.#generation, isProbe };
  }

  /** A call that was let through has ended; without an outcome it was given up. True when the circuit has opened. */
  ended(pass: CircuitPass, outcome: Outcome | undefined, now: Instant): boolean {
    this.#inFlight -= 1;
    if (pass.generation !== this.#generation) return false;
    const isFailure = outcome?.kind === 'failed' || outcome?.kind === 'unknown';
    const isSuccess = outcome?.kind === 'ok' || outcome?.kind === 'inputRequired';
    if (pass.isProbe) this.#probing = false;
    if (isSuccess) {
      if (pass.isProbe) this.#close();
      this.#failures = 0;
    }
    if (!isFailure) return false;
    this.#failures += 1;
    this.#lastFailedAt = now;
    if (!pass.isProbe && this.#failures < this.#failuresMax) return false;
    this.#openUntil = later(now, this.#openMs);
    this.#generation += 1;
    return true;
  }

  /** Failures that lie FAILURES_KEPT_MS back are forgotten with their key, and an open circuit as long after its time. */
  isIdle(now: Instant): boolean {
    if (this.#inFlight > 0) return false;
    if (this.#failures === 0 && this.#openUntil === undefined) return true;
    return now - Math.max(this.#lastFailedAt ?? 0, this.#openUntil ?? 0) > FAILURES_KEPT_MS;
  }

  #close(): void {
    this.#openUntil = undefined;
    this.#generation += 1;
  }
}

/** An hour: without an end, every key that ever failed once would be kept for ever. */
const FAILURES_KEPT_MS = 3_600_000;
