import { expect, test } from 'vitest';
import { instant } from '../vocabulary/instant.js';
import { tauError } from '../vocabulary/tau-error.js';
import { type CutDecision, CutRecovery } from './cut-recovery.js';

const POLICY = { backoff: { firstMs: 100, factor: 2, maxMs: 1_000 }, limitMs: 10_000 };
const AWAY = tauError('UNREACHABLE', 'no answer');

function delay(decision: CutDecision): number | string {
  return decision.kind === 'wait' ? decision.delayMs : decision.error.message;
}

test('waits longer each time, and anew once the stream brought something', () => {
  const recovery = new CutRecovery(POLICY);
  const cut = (): number | string => delay(recovery.cut(AWAY, instant(0), 1));
  expect([cut(), cut(), cut()]).toEqual([100, 200, 400]);
  recovery.answered();
  expect(cut()).toBe(800);
  recovery.delivered();
  expect(cut()).toBe(100);
});

test('a stream that its server ended too early is opened again too', () => {
  expect(delay(new CutRecovery(POLICY).cut(undefined, instant(0), 0))).toBe(50);
});

test('waits at least as long as the kernel asked for', () => {
  const asked = tauError('DRAINING', 'back soon', { retryAfterMs: 3_000 });
  expect(delay(new CutRecovery(POLICY).cut(asked, instant(0), 1))).toBe(3_000);
});

test('gives up at once what waiting does not help', () => {
  const refused = tauError('UNAUTHENTICATED', 'who are you?');
  expect(new CutRecovery(POLICY).cut(refused, instant(0), 1)).toEqual({ kind: 'giveUp', error: refused });
});

test('gives up a kernel that stayed away for the limit, and says why', () => {
  const recovery = new CutRecovery(POLICY);
  recovery.cut(AWAY, instant(5_000), 1);
  expect(recovery.cut(AWAY, instant(14_999), 1).kind).toBe('wait');
  const decision = recovery.cut(AWAY, instant(15_000), 1);
  expect(delay(decision)).toBe('the kernel did not come back within 10000 ms: no answer');
  expect(decision).toMatchObject({ error: { data: { id: 'TAU-1010', retryable: false, cause: AWAY.data } } });
});

test('the limit counts only the time in which no kernel answered', () => {
  const recovery = new CutRecovery(POLICY);
  recovery.cut(AWAY, instant(0), 1);
  recovery.answered();
  expect(recovery.cut(AWAY, instant(20_000), 1).kind).toBe('wait');
  expect(recovery.cut(AWAY, instant(29_999), 1).kind).toBe('wait');
  expect(recovery.cut(AWAY, instant(30_000), 1).kind).toBe('giveUp');
});
