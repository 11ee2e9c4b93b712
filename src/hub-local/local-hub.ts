import {
  type Clock,
  type ErrorData,
  errorData,
  type Json,
  type Outcome,
  TauError,
  type Timer,
  tauError,
  toErrorData,
} from 'tau-core';
import { systemClock } from 'tau-core/node';
import type { BridgeRule, HubDelivery, MailboxOptions, Predicate } from '../hub/definition.js';
import { hubMachine } from '../hub/machine.js';
import { agentProblem, bridgeProblem, isName, mailboxProblem, subscriptionProblem } from '../hub/parts.js';
import type { HubEffect, HubInput, PostedMessage } from '../hub/port.js';
import { deliveryOf } from '../hub/program-draft.js';
import { emptyHub, type HubMessage, type HubState } from '../hub/state.js';
import type { HubHandler, LocalHubOptions, PostOptions, RequestOptions, Spread } from './local-hub-options.js';

interface Waiting {
  readonly resolve: (output: Json) => void;
  readonly reject: (error: TauError) => void;
}

/** A hub in this process. Nothing of it outlives the process. */
export class LocalHub {
  readonly id: string;
  readonly #clock: Clock;
  readonly #handlers = new Map<string, HubHandler>();
  readonly #bridged = new Map<string, LocalHub>();
  readonly #running = new Map<string, AbortController>();
  readonly #waiting = new Map<string, Waiting>();
  readonly #inputs: HubInput[] = [];
  #state: HubState;
  #timer: Timer | undefined;
  #isBusy = false;
  #posted = 0;

  /** @throws TauError INVALID_ARGUMENT when an option is out of its bounds. */
  constructor(options: LocalHubOptions) {
    const { clock = systemClock, id = 'hub', handlers = {}, mailbox, requestTimeoutMs, hopsMax } = options;
    accept(
      (isName(id) ? undefined : 'the id of a hub has 1 to 100 letters, digits and ._-') ??
        mailboxProblem(mailbox as Json | undefined) ??
        wholeProblem('requestTimeoutMs', requestTimeoutMs, { min: 1, max: REQUEST_TIMEOUT_MS_MAX }) ??
        wholeProblem('hopsMax', hopsMax, { min: 1, max: 32 }),
    );
    this.id = id;
    this.#clock = clock;
    this.#state = emptyHub({
      id,
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
      ...(hopsMax === undefined ? {} : { hopsMax }),
    });
    for (const [name, handler] of Object.entries(handlers)) this.join(name, handler);
  }

  /**
   * An agent comes. Its messages wait until it is ready for them, as its mailbox says.
   *
   * @throws TauError INVALID_ARGUMENT, ALREADY_EXISTS, LIMIT_EXCEEDED, or DRAINING once the hub has closed.
   */
  join(name: string, handler: HubHandler, mailbox?: MailboxOptions): void {
    const agent = { name, ...(mailbox === undefined ? {} : { mailbox }) };
    accept(agentProblem(agent as unknown as Json));
    this.#now((ref) => ({ type: 'join', agent, ref }));
    this.#handlers.set(name, handler);
  }

  /** An agent goes. What waited for it is gone; requests among it fail with RECIPIENT_UNKNOWN. */
  leave(name: string): void {
    this.#handlers.delete(name);
    this.#take({ type: 'leave', agent: name });
  }

  /**
   * Sends to one agent. Resolves once it is in the mailbox: where that blocks, once there is room.
   *
   * @throws TauError INVALID_ARGUMENT when the message is no JSON; RECIPIENT_UNKNOWN, MAILBOX_FULL, LIMIT_EXCEEDED, DRAINING.
   */
  async send(to: string, body: Json, options: PostOptions = {}): Promise<void> {
    await this.#post({ kind: 'send', to, body, ...options });
  }

  /**
   * Asks one agent, and gives its answer. A `timeoutMs` of 0 or less is over at once.
   *
   * @throws TauError of the handler; INVALID_ARGUMENT when the message is no JSON, or the time no whole number; WORK_DEADLINE, RECIPIENT_UNKNOWN, MAILBOX_FULL, LIMIT_EXCEEDED, DRAINING, RUN_CANCELLED when it
   *   was given up.
   */
  async request(to: string, body: Json, options: RequestOptions = {}): Promise<Json> {
    const { signal, ...rest } = options;
    const ref = this.#nextRef();
    const withdraw = (): void => this.#take({ type: 'withdraw', ref, reason: String(signal?.reason) });
    const answer = this.#post({ kind: 'request', to, body, ...rest }, ref);
    if (signal?.aborted === true) withdraw();
    else signal?.addEventListener('abort', withdraw, { once: true });
    try {
      return await answer;
    } finally {
      signal?.removeEventListener('abort', withdraw);
    }
  }

  /** @throws TauError INVALID_ARGUMENT when it is no topic, or no JSON; LIMIT_EXCEEDED, DRAINING. */
  async publish(topic: string, body: Json, options: PostOptions = {}): Promise<Spread> {
    return (await this.#post({ kind: 'publish', topic, body, ...options })) as unknown as Spread;
  }

  /**
   * To all agents but the one that sends it.
   *
   * @throws TauError INVALID_ARGUMENT when it is no JSON; LIMIT_EXCEEDED, DRAINING.
   */
  async broadcast(body: Json, options: PostOptions = {}): Promise<Spread> {
    return (await this.#post({ kind: 'broadcast', body, ...options })) as unknown as Spread;
  }

  /**
   * Publications of a topic go to an agent from now on. Returns what ends that.
   *
   * @throws TauError INVALID_ARGUMENT, RECIPIENT_UNKNOWN, ALREADY_EXISTS, LIMIT_EXCEEDED.
   */
  subscribe(
    agent: string,
    topic: string,
    options: { readonly where?: Predicate; readonly id?: string } = {},
  ): () => void {
    const subscription = { topic, ...options };
    accept(subscriptionProblem(subscription as unknown as Json));
    this.#now((ref) => ({ type: 'subscribe', agent, subscription, ref }));
    return () => this.#take({ type: 'unsubscribe', agent, subscription: options.id ?? topic });
  }

  /**
   * What the rules name goes to another hub of this process, one way. Returns what ends that.
   *
   * @throws TauError INVALID_ARGUMENT, ALREADY_EXISTS when there is a bridge to that hub.
   */
  bridge(other: LocalHub, rules: readonly BridgeRule[], mailbox?: MailboxOptions): () => void {
    const bridge = { name: other.id, hub: other.id, rules, ...(mailbox === undefined ? {} : { mailbox }) };
    accept(bridgeProblem(bridge as unknown as Json, false));
    this.#now((ref) => ({ type: 'bridge', bridge, ref }));
    this.#bridged.set(other.id, other);
    return () => {
      this.#bridged.delete(other.id);
      this.#take({ type: 'unbridge', bridge: other.id });
    };
  }

  /** All that is open fails with DRAINING; handlers are told to stop. */
  close(reason = 'it was asked to'): void {
    this.#take({ type: 'close', reason });
    this.#timer?.cancel();
  }

  /** A copy of what it is now: plain JSON. */
  get state(): HubState {
    return this.#state;
  }

  #post(
    message: Omit<PostedMessage, 'id' | 'from'> & { readonly id?: string; readonly from?: string },
    ref: string = this.#nextRef(),
  ): Promise<Json> {
    return new Promise((resolve, reject) => {
      const { timeoutMs } = message;
      accept(wholeProblem('timeoutMs', timeoutMs, { min: Number.MIN_SAFE_INTEGER, max: REQUEST_TIMEOUT_MS_MAX }));
      const posted = posting({ id: ref, from: 'local', ...message });
      this.#waiting.set(ref, { resolve, reject });
      this.#take({ type: 'post', message: posted, ref });
    });
  }

  #nextRef(): string {
    this.#posted += 1;
    return `m${this.#posted}`;
  }

  /** An input whose receipt comes at once. */
  #now(inputOf: (ref: string) => HubInput): void {
    let failure: TauError | undefined;
    const ref = this.#nextRef();
    this.#waiting.set(ref, { resolve: () => undefined, reject: (error) => (failure = error) });
    this.#take(inputOf(ref));
    if (failure !== undefined) throw failure;
  }

  /** Inputs are taken one after another: what the effects of one bring about at once waits for its turn. */
  #take(input: HubInput): void {
    this.#inputs.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } finally {
      this.#isBusy = false;
    }
  }

  #step(input: HubInput): void {
    this.#timer?.cancel();
    const { events, effects } = hubMachine.decide(this.#state, input, this.#clock.now());
    for (const event of events) this.#state = hubMachine.evolve(this.#state, event);
    const deadline = hubMachine.nextDeadline(this.#state);
    this.#timer = deadline === undefined ? undefined : this.#clock.at(deadline, () => this.#take({ type: 'deadline' }));
    for (const effect of effects) this.#release(effect);
  }

  #release(effect: HubEffect): void {
    switch (effect.type) {
      case 'deliver':
        void this.#deliver(effect);
        return;
      case 'withdraw':
        this.#running.get(effect.deliveryId)?.abort(tauError('WORK_DEADLINE', effect.reason));
        return;
      case 'receipt':
      case 'answer': {
        const waiting = this.#waiting.get(effect.ref);
        this.#waiting.delete(effect.ref);
        if (effect.outcome.kind === 'ok') waiting?.resolve(effect.outcome.output);
        else waiting?.reject(new TauError(errorOf(effect.outcome)));
      }
    }
  }

  async #deliver(effect: Extract<HubEffect, { type: 'deliver' }>): Promise<void> {
    const { deliveryId, place } = effect;
    const abort = new AbortController();
    this.#running.set(deliveryId, abort);
    // Nothing settles within the decision that hands it over.
    await null;
    const outcome = abort.signal.aborted
      ? ({ kind: 'cancelled', reason: String(abort.signal.reason) } as const)
      : await this.#handle(effect, place, abort.signal);
    this.#running.delete(deliveryId);
    this.#take({ type: 'settled', deliveryId, outcome });
  }

  async #handle(
    { message, gap, timeoutMs }: Extract<HubEffect, { type: 'deliver' }>,
    place: string,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const [kind = '', ...rest] = place.split('/');
    const name = rest.join('/');
    try {
      if (kind === 'agent') {
        const handler = this.#handlers.get(name);
        if (handler === undefined) throw tauError('RECIPIENT_UNKNOWN', `"${name}" has left the hub`);
        const output = await handler(copied(deliveryOf(message, gap)) as HubDelivery, { signal });
        return { kind: 'ok', output: copied(output) };
      }
      const other = this.#bridged.get(name);
      if (other === undefined) throw tauError('RECIPIENT_UNKNOWN', `the bridge to "${name}" is gone`);
      return { kind: 'ok', output: await other.#forwarded({ message, timeoutMs, from: this.id }, signal) };
    } catch (thrown) {
      return { kind: 'failed', error: toErrorData(thrown, 'HANDLER_FAILED') };
    }
  }

  #forwarded(
    {
      message,
      timeoutMs,
      from,
    }: {
      readonly message: HubMessage;
      readonly timeoutMs: number | undefined;
      readonly from: string;
    },
    signal: AbortSignal,
  ): Promise<Json> {
    const { uid: _, ref: _ref, deadline: _deadline, visited, ...rest } = message;
    const ref = this.#nextRef();
    const answer = this.#post(
      { ...rest, visited: [...visited, from], ...(timeoutMs === undefined ? {} : { timeoutMs }) },
      ref,
    );
    signal.addEventListener('abort', () => this.#take({ type: 'withdraw', ref, reason: String(signal.reason) }), {
      once: true,
    });
    return answer;
  }
}

/** A hub in this process. */
export function openHub(options: LocalHubOptions): LocalHub {
  return new LocalHub(options);
}

/** As the definition of a hub has it, for a time of its requests. */
const REQUEST_TIMEOUT_MS_MAX = 86_400_000;

function wholeProblem(
  name: string,
  value: number | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return undefined;
  return `"${name}" is a whole number ${min > 0 ? `from ${min} to` : 'up to'} ${max}`;
}

/** A message as it goes: a copy by way of JSON. A body that is no JSON by itself is null. */
function posting(message: PostedMessage): PostedMessage {
  try {
    const copy = copied(message as unknown as Json) as unknown as PostedMessage;
    return 'body' in copy ? copy : { ...(copy as Omit<PostedMessage, 'body'>), body: null };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
    throw tauError('INVALID_ARGUMENT', `the message is no JSON: ${why}`);
  }
}

function accept(problem: string | undefined): void {
  if (problem !== undefined) throw tauError('INVALID_ARGUMENT', problem);
}

/** The error of an outcome that is none of success. */
function errorOf(outcome: Exclude<Outcome, { kind: 'ok' }>): ErrorData {
  switch (outcome.kind) {
    case 'failed':
    case 'unknown':
      return outcome.error;
    case 'cancelled':
      return errorData('RUN_CANCELLED', outcome.reason);
    case 'inputRequired':
      return errorData('STEP_FAILED', `it asked "${outcome.question}", which nobody answers here`);
  }
}

/** A copy by way of JSON text, as messages that leave the process have. What is no JSON becomes null. */
function copied(value: Json): Json {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? null : (JSON.parse(text) as Json);
}
