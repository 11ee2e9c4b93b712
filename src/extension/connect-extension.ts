import type { Clock, Random } from '../ports/clock.js';
import { systemClock } from '../ports/system-clock.js';
import { systemRandom } from '../ports/system-random.js';
import { backoffDelayMs } from '../vocabulary/backoff.js';
import { ERROR_CATALOGUE, type ErrorName } from '../vocabulary/error-catalogue.js';
import { later } from '../vocabulary/instant.js';
import { type ErrorData, errorData, TauError, tauError, toErrorData } from '../vocabulary/tau-error.js';
import { runSession } from './attach-session.js';
import type { AttachedExtension, ConnectOptions, ExtensionState } from './attached-extension.js';
import type { Extension } from './define-extension.js';
import { EXTENSION_LIMITS } from './limits.js';
import { linkedAbort } from './linked-abort.js';
import { manifestOf } from './manifest.js';
import { environmentSecrets } from './secret-places.js';
import { WorkHost } from './work-host.js';

/** Trying again cannot help: somebody has to change something first. */
const FATAL: ReadonlySet<string> = new Set(
  (
    [
      'REGISTRATION_REFUSED',
      'INSTANCE_REPLACED',
      'INVALID_ARGUMENT',
      'UNAUTHENTICATED',
      'DENIED',
      'UNSUPPORTED',
    ] satisfies ErrorName[]
  ).map((name) => ERROR_CATALOGUE[name].id),
);

/**
 * Connects an extension to a kernel and keeps it connected: registers, attaches, runs handlers, comes back after every
 * cut, until it is closed or the kernel refuses it for good. Returns at once; `attached()` tells when it is.
 *
 * Results survive cuts: they are kept until the kernel acknowledges them. Handlers survive cuts up to the lease that
 * the kernel names. One call is one incarnation: what an earlier process had under way is fenced.
 *
 * @throws TauError INVALID_ARGUMENT when an option is out of range.
 */
export function connectExtension(extension: Extension, options: ConnectOptions): AttachedExtension {
  const { creditItems = EXTENSION_LIMITS.creditItems, creditBytes = EXTENSION_LIMITS.creditBytes } = options;
  if (!Number.isInteger(creditItems) || creditItems < 1 || !Number.isInteger(creditBytes) || creditBytes < 1) {
    throw tauError('INVALID_ARGUMENT', 'creditItems and creditBytes must be whole numbers, at least 1');
  }
  return new Connection(extension, options, { creditItems, creditBytes });
}

class Connection implements AttachedExtension {
  readonly #options: ConnectOptions;
  readonly #extension: Extension;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #host: WorkHost;
  readonly #manifest: ReturnType<typeof manifestOf>;
  readonly #stop = new AbortController();
  readonly #waiters: { resolve: () => void; reject: (error: TauError) => void }[] = [];
  readonly #done: Promise<ErrorData | undefined>;
  #registrationId: string | undefined;
  #failures = 0;
  #forgotten = false;
  #state: ExtensionState = 'connecting';
  #stoppedBy: ErrorData | undefined;

  constructor(extension: Extension, options: ConnectOptions, credit: { creditItems: number; creditBytes: number }) {
    this.#extension = extension;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? systemRandom;
    this.#host = new WorkHost(extension, this.#clock, credit, options.secrets ?? environmentSecrets);
    this.#manifest = manifestOf(extension, options.instanceId ?? extension.name, this.#random.hex(16));
    const close = (): void => this.#stop.abort();
    if (options.signal?.aborted === true) close();
    options.signal?.addEventListener('abort', close);
    this.#done = this.#run()
      .catch((thrown: unknown) => toErrorData(thrown))
      .then((error) => {
        options.signal?.removeEventListener('abort', close);
        this.#finish(error);
        return error;
      });
  }

  get state(): ExtensionState {
    return this.#state;
  }

  attached(): Promise<void> {
    if (this.#state === 'attached') return Promise.resolve();
    if (this.#state === 'stopped') return Promise.reject(this.#stopError());
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  async drain(): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#host.leave();
    await this.#host.idle();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  stopped(): Promise<ErrorData | undefined> {
    return this.#done;
  }

  /** Connects again and again; ends with the error that makes that pointless, or undefined when it was closed. */
  async #run(): Promise<ErrorData | undefined> {
    while (!this.#stop.signal.aborted) {
      const error = await this.#connectOnce();
      if (this.#stop.signal.aborted) break;
      if (error !== undefined && FATAL.has(error.id)) return error;
      this.#failures += 1;
      this.#changeState(this.#state === 'connecting' ? 'connecting' : 'cut', error);
      // A kernel that was restarted has forgotten the registration. That is no reason to wait, unless it does it again.
      const wasForgotten = this.#forgotten;
      this.#forgotten = error?.id === ERROR_CATALOGUE.NOT_REGISTERED.id;
      if (this.#forgotten) this.#registrationId = undefined;
      if (!this.#forgotten || wasForgotten) await this.#pause();
    }
    return undefined;
  }

  async #connectOnce(): Promise<ErrorData | undefined> {
    try {
      this.#registrationId ??= await this.#register();
      await runSession({
        channel: this.#options.channel,
        registrationId: this.#registrationId,
        host: this.#host,
        journal: this.#extension.journal,
        signal: this.#stop.signal,
        onAttached: () => {
          this.#failures = 0;
          this.#changeState('attached', undefined);
        },
      });
      return undefined;
    } catch (thrown) {
      return toErrorData(thrown);
    }
  }

  async #register(): Promise<string> {
    const own = linkedAbort(this.#stop.signal);
    let late = false;
    const timer = this.#clock.at(later(this.#clock.now(), EXTENSION_LIMITS.registerTimeoutMs), () => {
      late = true;
      own.abort();
    });
    try {
      const answer = await this.#options.channel.extensions.register(this.#manifest, { signal: own.signal });
      this.#host.registered(answer.registrationId, answer.leaseTtlMs);
      return answer.registrationId;
    } catch (thrown) {
      if (!late) throw thrown;
      throw tauError('UNREACHABLE', `the kernel did not answer Register in ${EXTENSION_LIMITS.registerTimeoutMs} ms`);
    } finally {
      timer.cancel();
      own.unlink();
    }
  }

  #pause(): Promise<void> {
    const jitter01 = Number.parseInt(this.#random.hex(4), 16) / 0xffff_ffff;
    const delayMs = backoffDelayMs(this.#failures, EXTENSION_LIMITS.reconnect, jitter01);
    return new Promise((resolve) => {
      const go = (): void => {
        timer.cancel();
        this.#stop.signal.removeEventListener('abort', go);
        resolve();
      };
      const timer = this.#clock.at(later(this.#clock.now(), delayMs), go);
      this.#stop.signal.addEventListener('abort', go);
    });
  }

  #changeState(state: ExtensionState, error: ErrorData | undefined): void {
    this.#state = state;
    if (state === 'attached') for (const { resolve } of this.#waiters.splice(0)) resolve();
    this.#options.onState?.(state, error);
  }

  #finish(error: ErrorData | undefined): void {
    this.#host.stop();
    this.#stoppedBy = error;
    this.#state = 'stopped';
    for (const { reject } of this.#waiters.splice(0)) reject(this.#stopError());
    this.#options.onState?.('stopped', error);
  }

  #stopError(): TauError {
    return new TauError(this.#stoppedBy ?? errorData('UNREACHABLE', `${this.#extension.name} was closed`));
  }
}
