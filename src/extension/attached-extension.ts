import type { KernelChannel } from '../contract/kernel-channel.js';
import type { Clock, Random } from '../ports/clock.js';
import type { ErrorData } from '../vocabulary/tau-error.js';
import type { SecretSource } from './secret-places.js';

/**
 * - `connecting`: never attached so far
 * - `attached`: the kernel may send work
 * - `cut`: was attached, and tries to come back
 * - `stopped`: for good
 */
export type ExtensionState = 'connecting' | 'attached' | 'cut' | 'stopped';

/** How an extension is connected. */
export interface ConnectOptions {
  readonly channel: KernelChannel;
  /**
   * Names this instance, the same after a restart; default: the extension's name. Two that live at once need two
   * names: the newer takes the place of the older, which stops with INSTANCE_REPLACED.
   */
  readonly instanceId?: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
  /** Pieces of work under way at a time; at least 1, default 64. */
  readonly creditItems?: number;
  /** Bytes of input under way at a time; default 16 MiB. */
  readonly creditBytes?: number;
  /**
   * Gives the values of secrets that work names, right before its handler runs; default: the environment variable
   * `TAU_SECRET_<NAME>`. Values of more than three characters are replaced by `***` in results, errors and progress.
   */
  readonly secrets?: SecretSource;
  /** Told of every change of state, and of every attempt to connect that failed, with the error. */
  readonly onState?: (state: ExtensionState, error: ErrorData | undefined) => void;
  /** Closes the extension. */
  readonly signal?: AbortSignal;
}

/** An extension that is connected, or on its way to be. */
export interface AttachedExtension {
  readonly state: ExtensionState;
  /**
   * Resolves when it is attached; at once when it is.
   *
   * @throws TauError when it has stopped: INSTANCE_REPLACED, REGISTRATION_REFUSED, UNAUTHENTICATED, DENIED, ...
   */
  attached(): Promise<void>;
  /** Takes no further work; resolves when all that was taken has ended and the kernel has acknowledged it. */
  drain(): Promise<void>;
  /** Ends the streams and tells running handlers to stop. The channel stays open: it is its owner's. */
  close(): Promise<void>;
  /** Resolves when it has stopped, with the error that stopped it; undefined after `close`. */
  stopped(): Promise<ErrorData | undefined>;
}
