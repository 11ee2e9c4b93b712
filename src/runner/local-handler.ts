import type { Instant, Json, JsonObject } from 'tau-core';
import type { Grants } from 'tau-core/node';

/** What a handler may know of the call that it serves, and what it may say while it does. */
export interface LocalContext {
  readonly runId: string;
  readonly sessionId: string;
  /** Unique in the run. */
  readonly callId: string;
  readonly capability: string;
  /** 1 for the first try; counts tries that failed, and those that ended in a question. */
  readonly attempt: number;
  /** `<run>/<call>`, the same for every try of this call: key external effects by it. */
  readonly idempotencyKey: string;
  /** An earlier try may have taken effect: find out before acting. */
  readonly redelivered: boolean;
  /**
   * Aborted when the call is withdrawn, when it is out of time, and when its run ends or is let go of. Its reason is a TauError
   * that says which. What the handler returns or throws after that is dropped.
   */
  readonly signal: AbortSignal;
  /** When the call must have ended, all its tries together; absent without a limit. */
  readonly deadline: Instant | undefined;
  /** The answer to the question that an earlier try asked by `requireInput`. */
  readonly answer: Json | undefined;
  /** What this call may do, by scope; undefined sets no bound. A scope that is not in it is `none`. */
  readonly grants: Grants | undefined;
  /**
   * Shows how far the work is, to those who watch `custom`; it counts as a sign of life for `idleTimeoutMs`. Nobody keeps it:
   * without a watcher it is dropped, and a slow watcher gets a gap.
   *
   * @throws TauError LIMIT_EXCEEDED when it is larger than 256 KiB, OUTPUT_REFUSED when it is no JSON.
   */
  progress(content: Json): void;
  /** Shows a result of its own in the middle of the work, in the same way as `progress`. */
  emit(content: Json): void;
}

/**
 * Serves a capability: does one try, and gives its output. Input and output are copied, so that neither side can change what the
 * other keeps. It is called after what asked for it is stored, and may be called again after a crash, with the same
 * idempotency key and `redelivered`.
 *
 * - A `TauError` that it throws is the call's error, tried again when it says `retryable`; any other value that it throws is
 *   HANDLER_FAILED. What `requireInput` throws asks a person.
 * - `undefined` counts as null. A function, a symbol, a BigInt, a number that is not finite, a `Map`, a `Set`, binary data, a
 *   circular or a very deep value, and more than `outputBytesMax` are OUTPUT_REFUSED.
 * - One that never settles is given up when its time is over or its call is withdrawn.
 */
export interface LocalHandler {
  (input: JsonObject, context: LocalContext): Json | undefined | Promise<Json | undefined>;
  /** What it needs, by scope; see `granted`. */
  readonly grants?: Grants;
}

/**
 * A handler that says what it needs: `granted({ issues: 'write' }, handler)`. A call that was granted less fails with DENIED
 * before its secrets are asked for and the handler is called; a call without grants has no bound.
 */
export function granted(grants: Grants, handler: LocalHandler): LocalHandler {
  return Object.assign<LocalHandler, { readonly grants: Grants }>((input, context) => handler(input, context), {
    grants,
  });
}

/** By capability, e.g. `action:github/comment@v1`. */
export interface LocalHandlers {
  readonly [capability: string]: LocalHandler;
}
