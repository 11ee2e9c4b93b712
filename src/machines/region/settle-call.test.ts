import { type ErrorOptions, errorData, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { failed, ok, RegionLab, refusal } from '../../../test/lab/region-lab.js';
import type { Rules } from '../../../test/programs/obedient.js';
import { LOSSES_MAX } from './limits.js';

const retry = { attemptsMax: 3, firstDelayMs: 1_000, factor: 2, delayMaxMs: 10_000 };
const busy = (options: ErrorOptions = {}): Outcome => failed(errorData('QUEUE_FULL', 'busy', options));

function labWithCall(more: { readonly timeoutMs?: number; readonly retry?: typeof retry } = { retry }): RegionLab {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a', ...more } }]);
  return lab;
}

test('a failure that may pass is tried again, later each time, until the attempts are used up', () => {
  const lab = labWithCall();
  const first = lab.settle('r1/a', busy());
  expect(first.types).toEqual(['call.retrying']);
  expect(first.orders).toMatchObject([{ workId: 'r1/a', attempt: 2, redelivered: false }]);
  const firstWait = (first.orders[0]?.notBeforeMs ?? 0) - lab.now;
  const second = lab.settle('r1/a', busy());
  const secondWait = (second.orders[0]?.notBeforeMs ?? 0) - lab.now;
  expect([firstWait >= 500 && firstWait <= 1_000, secondWait >= 1_000 && secondWait <= 2_000]).toEqual([true, true]);
  expect(lab.settle('r1/a', busy()).types).toEqual(['run.advanced', 'run.ended']);
  expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: ['a failed'] });
  expect(lab.state.deadLetters).toMatchObject([
    { runId: 'r1', callId: 'a', capability: 'action:do@v1', error: { id: 'TAU-1008' }, seq: 7 },
  ]);
});

test.each<[string, Outcome]>([
  ['an error that will not pass', failed(errorData('WORK_REFUSED', 'no'))],
  ['a cancelled attempt', { kind: 'cancelled', reason: 'stopped' }],
  ['success', ok],
])('%s is not tried again, and is no dead letter', (_what, outcome) => {
  const lab = labWithCall();
  expect(lab.settle('r1/a', outcome).types).toEqual(['run.advanced', 'run.ended']);
  expect(lab.state.deadLetters).toEqual([]);
});

test('without a policy nothing is tried again, and nothing is a dead letter', () => {
  const lab = labWithCall({});
  expect(lab.settle('r1/a', busy()).types).toEqual(['run.advanced', 'run.ended']);
  expect(lab.state.deadLetters).toEqual([]);
});

test('the wait that a peer asks for is kept', () => {
  const lab = labWithCall();
  expect(lab.settle('r1/a', busy({ retryAfterMs: 60_000 })).orders[0]?.notBeforeMs).toBe(lab.now + 60_000);
});

test('a retry that would come after the deadline is not planned', () => {
  const lab = labWithCall({ retry, timeoutMs: 400 });
  expect(lab.settle('r1/a', busy()).types).toEqual(['run.advanced', 'run.ended']);
});

test.each<[string, Outcome]>([
  ['unknown', { kind: 'unknown', error: errorData('WORK_LOST', 'gone') }],
  ['failed, perhaps done all the same', failed(errorData('GITHUB_UNREACHABLE', 'cut off'))],
])('after an attempt that ended %s, the next ones are told to reconcile', (_what, outcome) => {
  const lab = labWithCall();
  expect(lab.settle('r1/a', outcome).orders).toMatchObject([{ attempt: 2, redelivered: true }]);
  expect(lab.settle('r1/a', busy()).orders).toMatchObject([{ attempt: 3, redelivered: true }]);
});

test('the same retry is planned at the same moment every time, and others are spread', () => {
  const waits = ['a', 'b', 'c', 'd', 'e'].map((id) => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id, retry } }]);
    return lab.settle(`r1/${id}`, busy()).orders[0]?.notBeforeMs;
  });
  expect(new Set(waits).size).toBeGreaterThan(3);
  expect(labWithCall().settle('r1/a', busy()).orders[0]?.notBeforeMs).toBe(waits[0]);
});

test('what failed attempts spend counts', () => {
  const lab = labWithCall();
  lab.settle('r1/a', busy(), { tokens: 3 });
  lab.settle('r1/a', ok, { tokens: 4 });
  expect(lab.state.ended.get('r1')?.usage).toEqual({ tokens: 7, costMicros: 70 });
});

test.each([
  ['a retry', busy()],
  ['a question', { kind: 'inputRequired', question: 'really?' } as const],
])('a budget that is spent before %s ends the run there', (_what, outcome) => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a', retry } }], { budget: { tokensMax: 5 } });
  const told = lab.settle('r1/a', outcome, { tokens: 6 });
  expect(told.orders).toEqual([]);
  expect(lab.outcome('r1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-4003' } });
});

test.each(['settle', 'lost'] as const)('%s of another attempt is stale, and changes nothing (invariant 2)', (type) => {
  const lab = labWithCall();
  lab.settle('r1/a', busy());
  const tell = (attempt: number) =>
    type === 'settle' ? lab.settle('r1/a', ok, { attempt }) : lab.lose('r1/a', attempt);
  expect([tell(1), tell(3)].map(refusal)).toEqual(['TAU-1011', 'TAU-1011']);
  expect(refusal(tell(2))).toBeUndefined();
});

test('a call settles once, whoever reports it again (invariant 2)', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b' } }]);
  lab.settle('r1/a');
  expect(refusal(lab.settle('r1/a', ok, { attempt: 1 }))).toBe('TAU-1011');
  expect(refusal(lab.settle('r9/a', ok, { attempt: 1 }))).toBe('TAU-1011');
});

test('a lost provider is replaced at once, and its successor is told to reconcile', () => {
  const lab = labWithCall({});
  const told = lab.lose('r1/a');
  expect(told.types).toEqual(['call.lost']);
  expect(told.orders).toMatchObject([{ workId: 'r1/a', attempt: 2, redelivered: true, notBeforeMs: 0 }]);
  expect(lab.run('r1')?.calls.get('a')).toMatchObject({ attempt: 2, failures: 0 });
});

test('losses do not count as failures, and failures not as losses', () => {
  const lab = labWithCall();
  for (let loss = 0; loss < 10; loss += 1) lab.lose('r1/a');
  expect(lab.settle('r1/a', busy()).types).toEqual(['call.retrying']);
  expect(lab.settle('r1/a', busy()).types).toEqual(['call.retrying']);
  expect(lab.settle('r1/a', busy()).types).toEqual(['run.advanced', 'run.ended']);
});

test('a call that every provider dies of is given up as unknown, and is a dead letter', () => {
  const lab = labWithCall();
  for (let loss = 0; loss < LOSSES_MAX; loss += 1) expect(lab.lose('r1/a').types).toEqual(['call.lost']);
  expect(lab.lose('r1/a').types).toEqual(['run.advanced', 'run.ended']);
  expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: ['a unknown'] });
  expect(lab.state.deadLetters).toMatchObject([{ callId: 'a', error: { id: 'TAU-3003' } }]);
});

test('a question waits without an attempt in flight, and is asked under the number of its attempt', () => {
  const lab = labWithCall();
  lab.settle('r1/a', busy());
  lab.advance(50);
  const told = lab.settle('r1/a', { kind: 'inputRequired', question: 'really?', answerSchema: { type: 'boolean' } });
  expect(told.types).toEqual(['call.asked']);
  expect(told.orders).toEqual([]);
  expect(lab.run('r1')?.calls.get('a')?.question).toEqual({
    version: 2,
    text: 'really?',
    schema: { type: 'boolean' },
    askedMs: 1_050,
  });
  expect([lab.settle('r1/a', ok, { attempt: 2 }), lab.lose('r1/a', 2)].map(refusal)).toEqual(['TAU-1011', 'TAU-1011']);
});

test('a run that is being cancelled tries again what it has asked for since then, and nothing that was under way', () => {
  const lab = RegionLab.open();
  lab.obedient('r1', { begin: [{ call: 'a', retry }], cancel: [{ call: 'undo', retry }] });
  lab.cancel('r1');
  expect(lab.run('r1')?.phase).toBe('cancelling');
  expect(lab.settle('r1/a', busy()).types).toEqual(['run.advanced']);
  const again = lab.settle('r1/undo', busy());
  expect([again.types, again.orders]).toMatchObject([['call.retrying'], [{ workId: 'r1/undo', attempt: 2 }]]);
});

describe('what a run hears at one instant', () => {
  const late: Outcome = { kind: 'unknown', error: errorData('WORK_DEADLINE', 'it did not answer') };
  const labAtBothDeadlines = (rules: Rules): RegionLab => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a', timeoutMs: 50 }, { wakeInMs: 50 }], ...rules });
    lab.advance(50);
    return lab;
  };
  const heard = (lab: RegionLab): unknown => (lab.run('r1')?.program as { readonly heard: unknown } | undefined)?.heard;

  test.each([
    ['its deadline before a call that is out of time', (lab: RegionLab) => lab.settle('r1/a', late)],
    [
      'its deadline before a call that nobody takes',
      (lab: RegionLab) => {
        lab.settle('r1/a', failed(errorData('NO_PROVIDER', 'nobody offers it')));
      },
    ],
  ])('is %s, whichever timer comes first', (_what, settle) => {
    const lab = labAtBothDeadlines({});
    const woken = labAtBothDeadlines({});
    settle(lab);
    lab.wake('r1');
    woken.wake('r1');
    settle(woken);
    expect(heard(lab)).toEqual(['begin', 'deadline', expect.stringMatching(/^a /)]);
    expect(heard(woken)).toEqual(heard(lab));
  });

  test('is what a handler gives as it comes', () => {
    const lab = labAtBothDeadlines({});
    lab.settle('r1/a');
    lab.wake('r1');
    expect(heard(lab)).toEqual(['begin', 'a ok']);
  });

  test('is nothing of a call that its deadline has made it give up', () => {
    const lab = labAtBothDeadlines({ deadline: [{ giveUp: 'a' }] });
    const told = lab.settle('r1/a', late);
    expect([told.types, told.withdrawn]).toEqual([['run.advanced'], ['r1/a']]);
    expect(heard(lab)).toEqual(['begin', 'deadline']);
  });

  test('is its end, where its own deadline has come', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] }, { timeoutMs: 50 });
    lab.advance(50);
    expect(lab.settle('r1/a', late).types).toEqual(['run.ended']);
    expect(lab.outcome('r1')).toMatchObject({ error: { id: 'TAU-4001' } });
  });
});
