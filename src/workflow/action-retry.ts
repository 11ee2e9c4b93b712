import type { RetryPolicy } from 'tau-core';

/** How the call of a step is tried again. GitHub's own services are back within seconds when they fail for a moment. */
export const ACTION_RETRY: RetryPolicy = { attemptsMax: 5, firstDelayMs: 1_000, factor: 2, delayMaxMs: 30_000 };
