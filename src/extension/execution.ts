import type * as corev1 from '../contract/core-v1.js';
import type { Work } from '../contract/extension-v1.js';
import { jsonFromText, jsonObjectFromText } from '../contract/json-text.js';
import { budgetFromProto, outcomeFromProto, outcomeToProto, principalFromProto } from '../contract/outcome.js';
import type { Clock, Timer } from '../ports/clock.js';
import { earliest, type Instant, instant, later } from '../vocabulary/instant.js';
import type { Json } from '../vocabulary/json.js';
import type { Budget, Principal, Usage } from '../vocabulary/outcome.js';
import type { SecretPlaces } from '../vocabulary/program.js';
import { type ErrorData, errorData, TauError, tauError } from '../vocabulary/tau-error.js';
import type { Capability } from './capability.js';
import { type Grants, requireGrants } from './grants.js';
import type { ProgressContent, WorkContext } from './handler.js';
import { outcomeOfOutput, outcomeOfThrown } from './handler-outcome.js';
import { progressContent } from './progress-content.js';
import { SecretMask, SHORT_BELOW } from './secret-mask.js';
import { openSecrets, type SecretSource } from './secret-places.js';

/** What an execution needs of its surroundings. */
export interface ExecutionPorts {
  readonly clock: Clock;
  readonly secrets: SecretSource;
  /** Of the whole extension: has every secret that its work was given, and whatever leaves goes through it. */
  readonly mask: SecretMask;
  /** Called once, when the handler has ended; also from within `start`. */
  readonly onSettled: (outcome: corev1.Outcome, usage: corev1.Usage | undefined) => void;
  readonly onProgress: (content: corev1.Content) => void;
}

/** Stands for "no deadline of its own". */
const NEVER = instant(Number.MAX_SAFE_INTEGER);

/**
 * One attempt at one piece of work, while its handler runs; the handler sees it as its context.
 * Always settles exactly once, and only when the handler has ended: until then its credit is in use.
 */
export class Execution implements WorkContext {
  readonly deadline: Instant;
  readonly #work: Work;
  readonly #ports: ExecutionPorts;
  #controller: AbortController | undefined;
  #abortedWith: TauError | undefined;
  #timer: Timer | undefined;
  #usage: Usage | undefined;
  /** Present when it was given secrets that are too short to be taken out of other work's results as well. */
  #shortMask: SecretMask | undefined;
  #settled = false;

  constructor(work: Work, ports: ExecutionPorts) {
    this.#work = work;
    this.#ports = ports;
    this.deadline = deadlineOf(work, ports.clock.now());
  }

  get workId(): string {
    return this.#work.ref?.workId ?? '';
  }

  get sessionId(): string {
    return this.#work.sessionId;
  }

  get runId(): string {
    return this.#work.runId;
  }

  get attempt(): number {
    return this.#work.ref?.attempt ?? 0;
  }

  get idempotencyKey(): string {
    return this.#work.idempotencyKey;
  }

  get redelivered(): boolean {
    return this.#work.redelivered;
  }

  get principal(): Principal | undefined {
    return principalFromProto(this.#work.principal);
  }

  get traceparent(): string | undefined {
    return this.#work.traceparent === '' ? undefined : this.#work.traceparent;
  }

  get budget(): Budget | undefined {
    return budgetFromProto(this.#work.budget);
  }

  get answer(): Json | undefined {
    return this.#work.answerJson === '' ? undefined : jsonFromText(this.#work.answerJson, 'the answer');
  }

  get grants(): Grants | undefined {
    const { grantsJson } = this.#work;
    return grantsJson === '' ? undefined : (jsonObjectFromText(grantsJson, 'the grants') as Grants);
  }

  /** Made when it is asked for: most handlers of short work never do. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#abortedWith !== undefined) this.#controller.abort(this.#abortedWith);
    }
    return this.#controller.signal;
  }

  // Bound, since handlers take contexts apart.
  readonly progress = (content: ProgressContent): void => {
    if (this.#settled) return;
    const proto = progressContent(content);
    const { mask, onProgress } = this.#ports;
    const masked = mask.isEmpty ? proto : mask.content(proto);
    onProgress(this.#shortMask === undefined ? masked : this.#shortMask.content(masked));
  };

  readonly usage = ({ tokens, costMicros }: Usage): void => {
    const before = this.#usage;
    this.#usage = { tokens: (before?.tokens ?? 0) + tokens, costMicros: (before?.costMicros ?? 0) + costMicros };
  };

  /** Runs the capability's handler; without a capability the work is refused. */
  start(capability: Capability | undefined): void {
    try {
      if (capability === undefined) {
        throw tauError('WORK_REFUSED', `${this.#work.capability} is not offered by this extension`);
      }
      if (this.#ports.clock.now() >= this.deadline) {
        throw tauError('WORK_DEADLINE', 'the deadline had passed before the work began', { outcome: 'not-done' });
      }
      requireGrants(this.#work.capability, capability.grants, this.grants);
      const output = capability.invoke(this.#input(), this);
      if (isThenable(output)) this.#await(output);
      else this.#settle(outcomeOfOutput(output, this.#ports.mask));
    } catch (thrown) {
      this.#settle(outcomeOfThrown(thrown, this.#abortedWith, this.#ports.mask));
    }
  }

  /** Tells the handler to stop. The first reason stands. */
  abort(error: ErrorData): void {
    if (this.#settled || this.#abortedWith !== undefined) return;
    this.#timer?.cancel();
    this.#abortedWith = new TauError(error);
    this.#controller?.abort(this.#abortedWith);
  }

  /** The input, with the secrets that it names: put in right before the handler sees it, and nowhere else. */
  #input(): Json {
    const input = this.#parsedInput();
    if (this.#work.secretsJson === '') return input;
    const places = jsonObjectFromText(this.#work.secretsJson, 'the places of secrets') as unknown as SecretPlaces;
    const opened = openSecrets(input, places, this.#ports.secrets);
    this.#keep(opened.values);
    return opened.input;
  }

  #keep(values: readonly string[]): void {
    for (const value of values) if (value.length >= SHORT_BELOW) this.#ports.mask.add(value);
    const short = values.filter((value) => value.length < SHORT_BELOW);
    if (short.length > 0) this.#shortMask = new SecretMask(short);
  }

  #parsedInput(): Json {
    try {
      return this.#work.inputJson === '' ? {} : (JSON.parse(this.#work.inputJson) as Json);
    } catch {
      throw tauError('WORK_REFUSED', `input of ${this.#work.capability} is refused: it is not JSON`);
    }
  }

  #await(output: PromiseLike<Json>): void {
    if (this.deadline !== NEVER) {
      this.#timer = this.#ports.clock.at(this.deadline, () =>
        this.abort(errorData('WORK_DEADLINE', 'the deadline passed while the handler was at work')),
      );
    }
    output.then(
      (value) => this.#settle(outcomeOfOutput(value, this.#ports.mask)),
      (thrown: unknown) => this.#settle(outcomeOfThrown(thrown, this.#abortedWith, this.#ports.mask)),
    );
  }

  #settle(outcome: corev1.Outcome): void {
    this.#settled = true;
    this.#timer?.cancel();
    const masked = this.#shortMask && outcomeToProto(this.#shortMask.outcome(outcomeFromProto(outcome)));
    this.#ports.onSettled(masked ?? outcome, this.#usage);
  }
}

/** A handler's output is JSON, which has no functions, or a promise of it, of whatever make. */
function isThenable(output: Json | PromiseLike<Json>): output is PromiseLike<Json> {
  return typeof output === 'object' && output !== null && 'then' in output && typeof output.then === 'function';
}

/** The earlier of the wall deadline and what remained when the frame was sent; 0 stands for neither. */
function deadlineOf(work: Work, now: Instant): Instant {
  const wall = work.deadlineMs === 0 ? undefined : instant(work.deadlineMs);
  const remaining = work.remainingMs === 0 ? undefined : later(now, work.remainingMs);
  return earliest(wall, remaining) ?? NEVER;
}
