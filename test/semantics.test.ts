import { describe, expect, test } from 'vitest';
import { Drive } from './support/drive.js';

/** Whether the second step of a job runs, by its condition and by how the first step ended. */
function secondRuns(condition: string | undefined, first: 'ok' | 'failed' | 'tolerated' | 'stopped'): boolean {
  const goOn = first === 'tolerated' ? ', continue-on-error: true' : '';
  const guard = condition === undefined ? '' : `, if: "${condition}"`;
  const drive = new Drive(`
on: push
jobs:
  a:
    steps:
      - { id: first, uses: x/a@v1${goOn} }
      - { id: second, uses: x/b@v1${guard} }
`).start();
  if (first === 'stopped') drive.cancel().settle('a.first', { kind: 'cancelled', reason: 'stop' });
  else if (first === 'ok') drive.settle('a.first');
  else drive.settle('a.first', { kind: 'failed', error: failure });
  return drive.calls.has('a.second');
}

/** Whether a job runs, by its condition and by the result of the job that it needs. */
function dependentRuns(condition: string | undefined, needed: 'ok' | 'failed' | 'skipped' | 'stopped'): boolean {
  const guard = condition === undefined ? '' : `if: "${condition}", `;
  const drive = new Drive(`
on: push
jobs:
  a: { ${needed === 'skipped' ? 'if: false, ' : ''}steps: [{ uses: x/a@v1 }] }
  b: { needs: a, ${guard}steps: [{ uses: x/b@v1 }] }
`).start();
  if (needed === 'stopped') drive.cancel().settle('a.0', { kind: 'cancelled', reason: 'stop' });
  else if (needed === 'ok') drive.settle('a.0');
  else if (needed === 'failed') drive.settle('a.0', { kind: 'failed', error: failure });
  return drive.calls.has('b.0');
}

const failure = {
  code: 'internal',
  id: 'TAU-3005',
  message: 'broken',
  outcome: 'unknown',
  retryable: false,
} as const;

const yes = true;
const no = false;

describe("a step's condition, by how the step before it ended", () => {
  test.each([
    // condition                              ok   failed  tolerated  stopped
    [undefined, yes, no, yes, no],
    ['success()', yes, no, yes, no],
    ['always()', yes, yes, yes, yes],
    ['failure()', no, yes, no, no],
    ['cancelled()', no, no, no, yes],
    ['${{ !cancelled() }}', yes, yes, yes, no],
    ['success() || failure()', yes, yes, yes, no],
    // Without a status function, success() stands in front.
    ['true', yes, no, yes, no],
    ['false', no, no, no, no],
    ["job.status == 'failure'", no, no, no, no],
    ["always() && job.status == 'failure'", no, yes, no, no],
    ["always() && job.status == 'cancelled'", no, no, no, yes],
    ["steps.first.outcome == 'failure'", no, no, yes, no],
    ["always() && steps.first.outcome == 'failure'", no, yes, yes, no],
    ["steps.first.conclusion == 'success'", yes, no, yes, no],
    // A text is true, whatever it says.
    ["${{ 'false' }}", yes, no, yes, no],
    ["always() && 'false'", yes, yes, yes, yes],
    ["always() && ''", no, no, no, no],
  ])('%s', (condition, ok, failed, tolerated, stopped) => {
    expect({
      ok: secondRuns(condition, 'ok'),
      failed: secondRuns(condition, 'failed'),
      tolerated: secondRuns(condition, 'tolerated'),
      stopped: secondRuns(condition, 'stopped'),
    }).toEqual({ ok, failed, tolerated, stopped });
  });
});

describe("a job's condition, by the result of the job that it needs", () => {
  test.each([
    // condition                              ok   failed  skipped  stopped
    [undefined, yes, no, no, no],
    ['success()', yes, no, no, no],
    ['always()', yes, yes, yes, yes],
    ['failure()', no, yes, no, no],
    ['cancelled()', no, no, no, yes],
    ['${{ !cancelled() }}', yes, yes, yes, no],
    ['${{ !failure() && !cancelled() }}', yes, no, yes, no],
    ['true', yes, no, no, no],
    ["needs.a.result == 'skipped'", no, no, no, no],
    ["always() && needs.a.result == 'skipped'", no, no, yes, no],
    ["always() && needs.a.result == 'failure'", no, yes, no, no],
    ["always() && needs.a.result == 'cancelled'", no, no, no, yes],
    ["success('a')", yes, no, no, no],
    ["failure('a')", no, yes, no, no],
    ["always() && contains(needs.*.result, 'success')", yes, no, no, no],
  ])('%s', (condition, ok, failed, skipped, stopped) => {
    expect({
      ok: dependentRuns(condition, 'ok'),
      failed: dependentRuns(condition, 'failed'),
      skipped: dependentRuns(condition, 'skipped'),
      stopped: dependentRuns(condition, 'stopped'),
    }).toEqual({ ok, failed, skipped, stopped });
  });

  test('that asks about a job which it does not wait for fails the job', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { steps: [{ uses: x/a@v1 }] }
  b: { if: "success('a')", steps: [{ uses: x/b@v1 }] }
`)
      .start()
      .settleAll();
    expect(drive.outcome).toMatchObject({
      kind: 'failed',
      error: { id: 'TAU-4006', message: expect.stringContaining('"b" does not wait for a job "a"') },
    });
  });
});

describe('the run', () => {
  const source = `
on: push
jobs:
  a: { steps: [{ id: x, uses: x/a@v1 }] }
  b: { steps: [{ uses: x/b@v1 }] }
`;

  test('fails with the first error that counts, its id kept, and the place in front of its message', () => {
    const drive = new Drive(source).start();
    drive.settle('b.0', { kind: 'failed', error: { ...failure, details: { why: 1 }, cause: failure } });
    drive.settle('a.x', { kind: 'failed', error: { ...failure, id: 'TAU-3001' } });
    expect(drive.outcome).toEqual({
      kind: 'failed',
      error: {
        ...failure,
        message: 'job b, step 1 (x/b@v1): broken',
        details: { why: 1, job: 'b', step: '0' },
        cause: failure,
      },
    });
  });

  test('is cancelled when that was asked for, even where a step had failed before', () => {
    const drive = new Drive(source).start().settle('a.x', { kind: 'failed', error: failure }).cancel('enough');
    drive.settle('b.0', { kind: 'cancelled', reason: 'enough' });
    expect(drive.outcome).toEqual({ kind: 'cancelled', reason: 'enough' });
  });

  test('that is cancelled before it began starts what always runs, and no more', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { steps: [{ uses: x/a@v1 }] }
  b: { if: always(), steps: [{ uses: x/b@v1 }] }
`).cancel('too late');
    expect([...drive.calls.keys()]).toEqual(['b.0']);
    drive.start().settleAll();
    expect(drive.outcome).toEqual({ kind: 'cancelled', reason: 'too late' });
  });

  test('asks for calls by the policy of actions', () => {
    const drive = new Drive(source).start();
    expect(drive.calls.get('a.x')?.retry).toEqual({
      attemptsMax: 5,
      firstDelayMs: 1_000,
      factor: 2,
      delayMaxMs: 30_000,
    });
  });

  test('parses the payload of its event once', () => {
    const steps = Array.from({ length: 5 }, () => `{ uses: x/a@v1, with: { event: '\${{ github.event }}' } }`);
    const drive = new Drive(`on: push\njobs: { a: { steps: [${steps.join(', ')}] } }`).start().settleAll();
    const events = drive.effects.flatMap((effect) => (effect.type === 'call' ? [effect.input.event] : []));
    expect(events).toHaveLength(5);
    expect(new Set(events).size).toBe(1);
  });
});
