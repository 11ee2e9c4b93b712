import { setTimeout as wait } from 'node:timers/promises';

/** How long `eventually` tries. */
export interface EventuallyOptions {
  /** Real milliseconds until it gives up; default 10,000. */
  readonly limitMs?: number;
  /** What is waited for, in the message of the failure. */
  readonly what?: string;
}

const LIMIT_MS = 10_000;
/** Short, so that tests end when their condition holds; growing, so that waiting leaves the processor to the waited-for. */
const FIRST_PAUSE_MS = 1;
const PAUSE_MAX_MS = 25;

/**
 * Waits for something that another process or a real socket brings about: asks until the answer is neither
 * undefined nor false, and gives it back. A predicate that throws is asked again. Under a virtual clock use
 * `World.until`.
 *
 * @throws Error when the limit has passed, with the last error that the predicate threw as its cause.
 */
export async function eventually<Value>(
  predicate: () => Value | undefined | false | Promise<Value | undefined | false>,
  options: EventuallyOptions = {},
): Promise<Value> {
  const limitMs = options.limitMs ?? LIMIT_MS;
  const giveUpAt = performance.now() + limitMs;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    let lastError: unknown;
    try {
      const value = await predicate();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() >= giveUpAt) {
      throw new Error(`waited ${limitMs} ms in vain for ${options.what ?? 'a condition'}`, { cause: lastError });
    }
    await wait(pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
  }
}
