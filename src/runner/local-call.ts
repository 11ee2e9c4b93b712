import {
  type Clock,
  type ErrorData,
  errorData,
  type Instant,
  instant,
  type Json,
  later,
  type Outcome,
  type Random,
  TauError,
  type Timer,
  tauError,
} from 'tau-core';
import { endedBy, requireGrants, type SecretMask, takeJson, thrownError } from 'tau-core/node';
import { retryDecision } from '../policy/retry.js';
import { cloneJson } from './clone-json.js';
import type { GateDesk } from './gate-desk.js';
import { type AttemptCall, LocalAttempt } from './local-attempt.js';
import type { LocalHandler } from './local-handler.js';
import { type CallEffect, OpenCall } from './open-call.js';
import { isInputRequest } from './require-input.js';
import type { HostNote } from './run-record.js';
import type { SecretVault } from './secret-vault.js';

/** Served by the host itself: settles the call, now or at any time; returns what its withdrawal does. */
export type HostService = (call: LocalCall) => ((reason: string) => void) | undefined;

/** Told that something is stored, or why it will not be. */
export type Done = (error?: TauError) => void;

/** What calls need of their run. */
export interface CallHost extends CallLimits {
  readonly runId: string;
  readonly sessionId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: SecretVault;
  readonly mask: SecretMask;
  /** Where calls with policies wait. */
  readonly desk: GateDesk;
  handlerOf(capability: string): LocalHandler | undefined;
  serviceOf(capability: string): HostService | undefined;
  settled(call: LocalCall, outcome: Outcome, done?: Done): void;
  /** It is out of time; what its program has due at the same instant comes first. */
  timedOut(call: LocalCall, outcome: Outcome): void;
  /** Has it stored; `resume` follows, where the call goes on after it. */
  note(call: LocalCall, note: HostNote): void;
  /** Whether anybody sees what is shown. */
  isShown(): boolean;
  show(callId: string, from: 'progress' | 'emit', content: Json): void;
  observed(what: 'waiting' | 'attempt', callId: string): void;
}

export interface CallLimits {
  readonly outputBytesMax: number;
  /** Of calls that have no limit of their own; absent is none. */
  readonly timeoutMs: number | undefined;
  /** Without a sign of life; absent is none. */
  readonly idleTimeoutMs: number | undefined;
  /** Whether calls whose tries are used up wait to be made again. */
  readonly holdsDeadLetters: boolean;
}

/** When a call must have ended. */
interface Limit {
  readonly at: Instant;
  readonly timer: Timer;
}

/** What a try holds beside its handler, where there is such a thing. */
interface Hold {
  /** What it has at the gate. */
  ticket: string | undefined;
  /** Of the pause before it, or of its signs of life. */
  timer: Timer | undefined;
  signMs: number;
}

/** How many tickets this process has drawn at gates. */
let tickets = 0;

const PROGRESS_BYTES_MAX = 256 * 1024;

/**
 * One call of a local run, from its release to its one outcome.
 *
 * Owns: its tries, their time, their questions, and what handlers may do wrong. Does not own what is stored: it asks its host to
 * note what must survive, and goes on when that is durable (`resume`).
 *
 * 1. At most one try is under way; what an earlier one says is dropped.
 * 2. It settles once, or is withdrawn, and then nothing comes of it any more.
 */
export class LocalCall extends OpenCall implements AttemptCall {
  /** It was open when its run was taken up again. */
  isRestored = false;
  /** Its question is durable, and waits for a person. */
  isAsking = false;
  readonly #host: CallHost;
  #hasEnded = false;
  // Many calls wait at a time, and most of them need none of these.
  #limit: Limit | undefined = undefined;
  #attempt: LocalAttempt | undefined = undefined;
  #hold: Hold | undefined = undefined;
  #onWithdrawn: ((reason: string) => void) | undefined = undefined;

  constructor(effect: CallEffect, sinceMs: number, host: CallHost) {
    super(effect, sinceMs);
    this.#host = host;
  }

  get runId(): string {
    return this.#host.runId;
  }

  get sessionId(): string {
    return this.#host.sessionId;
  }

  /** Settled, out of time, or withdrawn: nothing comes of it any more. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get redelivered(): boolean {
    return this.isRestored || this.tries.mayHaveHappened;
  }

  get deadline(): Instant | undefined {
    return this.#limit?.at;
  }

  get answer(): Json | undefined {
    return this.tries.answer;
  }

  get #held(): Hold {
    this.#hold ??= { ticket: undefined, timer: undefined, signMs: 0 };
    return this.#hold;
  }

  /** Begins, or goes on after what was noted is durable. */
  resume(): void {
    if (this.#hasEnded || this.isHeld) return;
    const service = this.#host.serviceOf(this.effect.capability);
    this.#watchDeadline(service === undefined);
    if (this.hasQuestion) return;
    if (service !== undefined) {
      this.#onWithdrawn = service(this);
      return;
    }
    const { retryAtMs } = this.tries;
    if (retryAtMs !== undefined && retryAtMs > this.#host.clock.now()) {
      this.#held.timer = this.#host.clock.at(instant(retryAtMs), () => this.#enter());
    } else {
      this.#enter();
    }
  }

  /** Nobody waits for it any more: its handler is told so at once. */
  withdraw(reason: string): void {
    if (this.#hasEnded) return;
    // At the end of its time its program may be the first to see it: the handler is told the same.
    this.#end(this.#isLate ? new TauError(this.#lateness()) : tauError('RUN_CANCELLED', reason));
    this.#onWithdrawn?.(reason);
  }

  /** This process serves it no longer; another one may. */
  letGo(why: TauError): void {
    this.#end(why);
  }

  /** `done` is told once that is stored. */
  settle(outcome: Outcome, done?: Done): void {
    if (this.#hasEnded) return done?.();
    this.#end(undefined);
    this.#host.settled(this, outcome, done);
  }

  show(attempt: LocalAttempt, from: 'progress' | 'emit', content: Json): void {
    if (this.#attempt !== attempt) return;
    if (this.#hold !== undefined) this.#hold.signMs = this.#host.clock.now();
    if (!this.#host.isShown()) return;
    this.#host.show(this.effect.callId, from, this.#shown(content));
  }

  #shown(content: Json): Json {
    try {
      return takeJson(content, { bytesMax: PROGRESS_BYTES_MAX, mask: this.#host.mask });
    } catch (thrown) {
      const isLarge = thrown instanceof TauError && /it is larger than \d+ bytes$/.test(thrown.message);
      throw isLarge ? tauError('LIMIT_EXCEEDED', `progress is over the limit of ${PROGRESS_BYTES_MAX} bytes`) : thrown;
    }
  }

  /** A limit of the program's counts from the call's beginning; the host's from when work on it begins. */
  #watchDeadline(isWorkedOn: boolean): void {
    const { clock, timeoutMs } = this.#host;
    const own = this.effect.timeoutMs;
    this.#forgetDeadline();
    const isHostsToo = isWorkedOn && !this.hasQuestion && timeoutMs !== undefined;
    if (own === undefined && !isHostsToo) return;
    const at = own === undefined ? later(clock.now(), timeoutMs ?? 0) : later(instant(this.sinceMs), own);
    this.#limit = { at, timer: clock.at(at, () => this.#timeOut(this.#lateness())) };
  }

  get #isLate(): boolean {
    return this.deadline !== undefined && this.deadline <= this.#host.clock.now();
  }

  #forgetDeadline(): void {
    this.#limit?.timer.cancel();
    this.#limit = undefined;
  }

  #lateness(): ErrorData {
    // What the host itself does, as a run that it has started, goes on from the beginning; a question is only asked.
    const isServed = !this.hasQuestion && this.#host.serviceOf(this.effect.capability) !== undefined;
    const wasTried = isServed || this.#attempt !== undefined || this.tries.failures > 0 || this.redelivered;
    const message = `${this.effect.capability} did not answer within ${this.effect.timeoutMs ?? this.#host.timeoutMs} ms`;
    return errorData('WORK_DEADLINE', message, wasTried ? {} : { outcome: 'not-done' });
  }

  #timeOut(error: ErrorData): void {
    if (this.#hasEnded) return;
    this.#end(new TauError(error), endedBy(error));
    this.#onWithdrawn?.(error.message);
    this.#host.timedOut(this, endedBy(error));
  }

  /** By the gate, where the call has a policy. */
  #enter(): void {
    const { policy } = this.effect;
    if (policy === undefined) return this.#try();
    const { callId } = this.effect;
    // Runs without a store may have the same id, and share a gate all the same.
    tickets += 1;
    const ticket = `${this.#host.runId}/${callId}#${tickets}`;
    let isAdmitted = false;
    const hold = this.#held;
    hold.ticket = ticket;
    this.#host.desk.offer(ticket, policy, (refusal) => {
      isAdmitted = true;
      if (this.#hasEnded) return;
      if (refusal === undefined) return this.#try();
      hold.ticket = undefined;
      this.#failed(refusal);
    });
    if (!isAdmitted) this.#host.observed('waiting', callId);
  }

  get #number(): number {
    return this.tries.failures + this.tries.asked + 1;
  }

  #try(): void {
    const { effect } = this;
    this.#host.observed('attempt', effect.callId);
    const attempt = new LocalAttempt(this, this.#number);
    this.#attempt = attempt;
    this.#watchSigns(attempt);
    try {
      const handler = this.#host.handlerOf(effect.capability);
      if (handler === undefined) {
        throw tauError('NO_PROVIDER', `nobody offers ${effect.capability}: give the run a handler for it`);
      }
      requireGrants(effect.capability, handler.grants, effect.grants);
      const input = cloneJson(effect.input);
      if (effect.secrets !== undefined) this.#host.vault.fill(input, effect.secrets);
      const output = handler(input, attempt);
      if (!isThenable(output)) return this.#returned(attempt, output);
      output.then(
        (value) => this.#returned(attempt, value),
        (thrown: unknown) => this.#threw(attempt, thrown),
      );
    } catch (thrown) {
      this.#threw(attempt, thrown);
    }
  }

  #returned(attempt: LocalAttempt, value: unknown): void {
    if (this.#attempt !== attempt) return;
    let output: Json;
    try {
      output = takeJson(value, { bytesMax: this.#host.outputBytesMax, mask: this.#host.mask });
    } catch (thrown) {
      return this.#threw(attempt, thrown);
    }
    const outcome: Outcome = { kind: 'ok', output };
    this.#left(outcome);
    this.settle(outcome);
  }

  #threw(attempt: LocalAttempt, thrown: unknown): void {
    if (this.#attempt !== attempt) return;
    const { mask } = this.#host;
    if (!isInputRequest(thrown)) return this.#failed(thrownError(thrown, mask));
    let asked: Json;
    try {
      asked = takeJson([thrown.question, thrown.answerSchema], { bytesMax: PROGRESS_BYTES_MAX, mask });
    } catch (refused) {
      return this.#failed(thrownError(refused, mask));
    }
    const [question, schema] = asked as readonly [string, Json];
    this.#left({ kind: 'inputRequired', question });
    // People take longer than hosts let handlers take; a limit of the program's goes on.
    if (this.effect.timeoutMs === undefined) this.#forgetDeadline();
    const { callId } = this.effect;
    this.#host.note(this, { type: 'asked', callId, question, ...(schema !== null && { schema }) });
  }

  #failed(error: ErrorData): void {
    this.#left(endedBy(error));
    const { clock, random, holdsDeadLetters: held } = this.#host;
    const { retry: policy, callId } = this.effect;
    const now = clock.now();
    const failures = this.tries.failures + 1;
    const next = retryDecision({
      failures,
      error,
      now,
      jitter01: error.retryable && policy !== undefined ? Number.parseInt(random.hex(4), 16) / 2 ** 32 : 0,
      ...(policy !== undefined && { policy }),
      ...(this.deadline !== undefined && { deadline: this.deadline }),
    });
    if (next.retry) return this.#host.note(this, { type: 'tried', callId, error, retryAtMs: next.at });
    if (next.why !== 'attempts-spent' || policy === undefined || policy.attemptsMax < 2)
      return this.settle(endedBy(error));
    this.#host.note(this, { type: 'deadLetter', callId, attempts: failures, error, held });
    if (held) this.#forgetDeadline();
    else this.settle(endedBy(error));
  }

  #watchSigns(attempt: LocalAttempt): void {
    const { clock, idleTimeoutMs } = this.#host;
    if (idleTimeoutMs === undefined) return;
    const hold = this.#held;
    hold.signMs = clock.now();
    const look = (): void => {
      if (this.#attempt !== attempt) return;
      const due = later(instant(hold.signMs), idleTimeoutMs);
      if (due > clock.now()) hold.timer = clock.at(due, look);
      else {
        const message = `${this.effect.capability} gave no sign of life for ${idleTimeoutMs} ms`;
        this.#timeOut(errorData('WORK_DEADLINE', message));
      }
    };
    hold.timer = clock.at(later(clock.now(), idleTimeoutMs), look);
  }

  /** The try is over, in whatever way. */
  #left(outcome: Outcome): void {
    this.#attempt = undefined;
    const hold = this.#hold;
    this.#hold = undefined;
    hold?.timer?.cancel();
    if (hold?.ticket !== undefined) this.#host.desk.settled(hold.ticket, outcome);
  }

  #end(abortedWith: TauError | undefined, outcome?: Outcome): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#limit?.timer.cancel();
    const attempt = this.#attempt;
    const hold = this.#hold;
    this.#attempt = undefined;
    this.#hold = undefined;
    hold?.timer?.cancel();
    if (hold?.ticket !== undefined) {
      if (outcome === undefined) this.#host.desk.withdrawn(hold.ticket);
      else this.#host.desk.settled(hold.ticket, outcome);
    }
    if (abortedWith !== undefined) attempt?.abort(abortedWith);
  }
}

/** A handler's output is JSON, which has no functions, or a promise of it, of whatever make. */
function isThenable(output: unknown): output is PromiseLike<unknown> {
  return typeof output === 'object' && output !== null && 'then' in output && typeof output.then === 'function';
}
