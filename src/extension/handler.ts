import type { Instant } from '../vocabulary/instant.js';
import type { Json } from '../vocabulary/json.js';
import type { Budget, Principal, Usage } from '../vocabulary/outcome.js';
import type { Grants } from './grants.js';

/** Output in the middle of work: plain text, or a body of any media type. */
export type ProgressContent =
  | string
  | { readonly mediaType: string; readonly name?: string; readonly text: string }
  | { readonly mediaType: string; readonly name?: string; readonly data: Uint8Array }
  | { readonly mediaType: string; readonly name?: string; readonly uri: string };

/** What a handler knows of the work that it does, and what it may say while it does it. */
export interface WorkContext {
  /** Names the work, whatever the attempt. */
  readonly workId: string;
  readonly sessionId: string;
  readonly runId: string;
  /** 1, 2, ... */
  readonly attempt: number;
  /** The same for every attempt: key external effects by it. */
  readonly idempotencyKey: string;
  /** An earlier attempt may have taken effect: find out before acting. */
  readonly redelivered: boolean;
  /** When the work must have ended, by this process's clock. */
  readonly deadline: Instant;
  /**
   * Aborted when the work is cancelled, when its deadline passes, when nobody waits for it any more, and when this
   * process has lost the kernel for longer than the lease. Its reason is a TauError that says which.
   */
  readonly signal: AbortSignal;
  readonly principal?: Principal | undefined;
  readonly traceparent?: string | undefined;
  readonly budget?: Budget | undefined;
  /** What this work may do, by scope; absent sets no bound. A scope that is not in it is `none`. */
  readonly grants?: Grants | undefined;
  /** The answer to the question that an earlier attempt asked by `requireInput`. */
  readonly answer?: Json | undefined;
  /**
   * Shows something to those who watch; nobody keeps it, and it is dropped when the connection is slow.
   *
   * @throws TauError LIMIT_EXCEEDED when it is larger than 256 KiB.
   */
  progress(content: ProgressContent): void;
  /** Adds to what this attempt has spent; reported with its result. */
  usage(usage: Usage): void;
}

/**
 * Does one attempt at a piece of work and gives its output.
 *
 * Throw a TauError to fail with it (`outcome: 'unknown'` says that it may have taken effect all the same,
 * `retryable: true` asks for another attempt); anything else that is thrown becomes HANDLER_FAILED. What is thrown
 * after `context.signal` was aborted counts as the end that the signal asked for.
 */
export type Handler<Input> = (input: Input, context: WorkContext) => Promise<Json> | Json;
