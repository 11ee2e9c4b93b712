import fc from 'fast-check';
import { errorData, instant, type RetryPolicy } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { exponentialRetry, fixedRetry, jitterOf, NO_RETRY, retryDecision, SERVICE_RETRY } from './retry.js';

const now = instant(1_000);
const retryable = errorData('GITHUB_UNREACHABLE', 'down');
const failed = { policy: SERVICE_RETRY, failures: 1, error: retryable, now, jitter01: 1 };

describe('policies', () => {
  test('have sound defaults', () => {
    expect(exponentialRetry()).toEqual(SERVICE_RETRY);
    expect(fixedRetry(3, 200)).toEqual({ attemptsMax: 3, firstDelayMs: 200, factor: 1, delayMaxMs: 200 });
  });

  test.each([
    { attemptsMax: 0 },
    { attemptsMax: 1.5 },
    { factor: 0.5 },
    { factor: Number.POSITIVE_INFINITY },
    { firstDelayMs: -1 },
    { delayMaxMs: Number.NaN },
  ])('refuse %j', (options) => {
    expect(() => exponentialRetry(options)).toThrow(/of a retry policy is .*: use/);
  });
});

describe('retryDecision', () => {
  test('waits longer each time, up to the greatest wait and the last attempt', () => {
    const policy = exponentialRetry({ attemptsMax: 4, firstDelayMs: 100, delayMaxMs: 300 });
    const waits = [1, 2, 3, 4].map((failures) => retryDecision({ ...failed, policy, failures }));
    expect(waits).toEqual([
      { retry: true, at: 1_100, delayMs: 100 },
      { retry: true, at: 1_200, delayMs: 200 },
      { retry: true, at: 1_300, delayMs: 300 },
      { retry: false, why: 'attempts-spent' },
    ]);
  });

  test('tries again only what may succeed later', () => {
    const error = errorData('STEP_FAILED', 'no');
    expect(retryDecision({ ...failed, error })).toEqual({ retry: false, why: 'not-retryable' });
    const { policy: _, ...without } = failed;
    expect(retryDecision(without)).toEqual({ retry: false, why: 'attempts-spent' });
    expect(retryDecision({ ...failed, policy: NO_RETRY })).toEqual({ retry: false, why: 'attempts-spent' });
  });

  test('keeps to the wait that the peer asks for, whatever the policy says', () => {
    const error = errorData('GITHUB_RATE_LIMITED', 'later', { retryAfterMs: 90_000.5 });
    expect(retryDecision({ ...failed, error })).toEqual({ retry: true, at: 91_001, delayMs: 90_001 });
    const soon = errorData('GITHUB_RATE_LIMITED', 'later', { retryAfterMs: 5 });
    expect(retryDecision({ ...failed, error: soon })).toMatchObject({ delayMs: 1_000 });
  });

  test('makes no attempt that would begin when the call is out of time', () => {
    expect(retryDecision({ ...failed, deadline: instant(2_000) })).toEqual({ retry: false, why: 'out-of-time' });
    expect(retryDecision({ ...failed, deadline: instant(2_001) })).toMatchObject({ retry: true });
  });

  test('waits nothing where the first wait is nothing, however large the factor', () => {
    const policy = exponentialRetry({ attemptsMax: 100, firstDelayMs: 0, factor: 1e6 });
    expect(retryDecision({ ...failed, policy, failures: 99 })).toEqual({ retry: true, at: 1_000, delayMs: 0 });
  });

  test('is total and never ends too late, for any policy', () => {
    const policies: fc.Arbitrary<RetryPolicy> = fc.record({
      attemptsMax: fc.integer(),
      firstDelayMs: fc.nat(),
      factor: fc.double({ min: 1, max: 1e6, noNaN: true }),
      delayMaxMs: fc.nat(),
    });
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (policy, failures, jitter01) => {
          const decision = retryDecision({ ...failed, policy, failures, jitter01 });
          expect(decision.retry).toBe(failures < policy.attemptsMax);
          if (!decision.retry) return;
          expect(Number.isInteger(decision.at)).toBe(true);
          expect(decision.delayMs).toBeLessThanOrEqual(policy.delayMaxMs);
        },
      ),
    );
  });
});

test('jitter is the same for the same text, and spread', () => {
  expect(jitterOf('a#1')).toBe(jitterOf('a#1'));
  const tenths = new Set(Array.from({ length: 200 }, (_, index) => Math.floor(jitterOf(`call${index}#1`) * 10)));
  expect(tenths.size).toBe(10);
});

test.each<[number, ReturnType<typeof retryDecision>]>([
  [Number.POSITIVE_INFINITY, { retry: false, why: 'out-of-time' }],
  [1e300, { retry: false, why: 'out-of-time' }],
  [Number.NaN, { retry: true, at: instant(1_010), delayMs: 10 }],
  [-5, { retry: true, at: instant(1_010), delayMs: 10 }],
  [0.5, { retry: true, at: instant(1_010), delayMs: 10 }],
])('a wait of %d ms that the peer asks for keeps no call for ever', (retryAfterMs, expected) => {
  const error = errorData('WORK_LOST', 'gone', { retryAfterMs });
  const policy = fixedRetry(3, 10);
  expect(retryDecision({ policy, failures: 1, error, now: instant(1_000), jitter01: 1 })).toEqual(expected);
});
