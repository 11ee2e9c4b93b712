import { describe, expect, test } from 'vitest';
import { RUN_JOBS_MAX } from '../src/workflow/run-size.js';
import { Drive, definitionOf, linkedOf } from './support/drive.js';

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

/** Whether the second step of a composite action runs, by its condition and by how the first step ended. */
function secondInActionRuns(condition: string | undefined, first: 'ok' | 'failed' | 'tolerated' | 'stopped'): boolean {
  const goOn = first === 'tolerated' ? ', continue-on-error: true' : '';
  const guard = condition === undefined ? '' : `, if: "${condition}"`;
  const action = `
name: Act
runs:
  using: composite
  steps:
    - { id: first, uses: x/a@v1${goOn} }
    - { id: second, uses: x/b@v1${guard} }
`;
  const workflow = 'on: push\njobs: { a: { steps: [{ id: act, uses: ./act }] } }';
  const drive = new Drive(linkedOf(workflow, new Map([['act/action.yml', action]]))).start();
  if (first === 'stopped') drive.cancel();
  else if (first === 'ok') drive.settle('a.act/first');
  else drive.settle('a.act/first', { kind: 'failed', error: failure });
  return drive.calls.has('a.act/second');
}

describe("a condition within a composite action, by how the action's step before it ended", () => {
  test.each([
    // condition                              ok   failed  tolerated  stopped
    [undefined, yes, no, yes, no],
    ['always()', yes, yes, yes, yes],
    ['failure()', no, yes, no, no],
    ['cancelled()', no, no, no, yes],
    ['${{ !cancelled() }}', yes, yes, yes, no],
    ["always() && steps.first.outcome == 'failure'", no, yes, yes, no],
  ])('%s', (condition, ok, failed, tolerated, stopped) => {
    expect({
      ok: secondInActionRuns(condition, 'ok'),
      failed: secondInActionRuns(condition, 'failed'),
      tolerated: secondInActionRuns(condition, 'tolerated'),
      stopped: secondInActionRuns(condition, 'stopped'),
    }).toEqual({ ok, failed, tolerated, stopped });
  });
});

describe('what a job needs of a matrix', () => {
  test.each([
    ['success', ['ok', 'ok']],
    ['failure', ['ok', 'failed']],
    ['failure', ['failed', 'failed']],
    ['cancelled', ['ok', 'slow']],
    ['failure', ['failed', 'slow']],
  ] as const)('is %s of %j', (result, ends) => {
    const drive = new Drive(`
on: push
jobs:
  a:
    timeout-minutes: 1
    strategy: { fail-fast: false, matrix: { v: [0, 1] } }
    steps: [{ uses: x/a@v1 }]
  b: { needs: a, if: always(), steps: [{ uses: x/b@v1, with: { result: '\${{ needs.a.result }}' } }] }
`).start();
    for (const [place, end] of ends.entries()) {
      if (end === 'ok') drive.settle(`a(${place}).0`);
      else if (end === 'failed') drive.settle(`a(${place}).0`, { kind: 'failed', error: failure });
    }
    drive.advance(60_000);
    expect(drive.calls.get('b.0')?.input).toEqual({ result });
  });
});

test('a run has a bound, however its matrices multiply', { timeout: 30_000 }, () => {
  const list = `[${Array.from({ length: 250 }, (_, n) => n).join(',')}]`;
  const matrix = `strategy: { fail-fast: false, matrix: { v: ${list} } }`;
  const files = new Map([
    ['b.yml', `on: { workflow_call: {} }\njobs: { b: { ${matrix}, uses: ./c.yml } }`],
    ['c.yml', `on: { workflow_call: {} }\njobs: { c: { ${matrix}, steps: [{ uses: x/a@v1 }] } }`],
  ]);
  const drive = new Drive(linkedOf(`on: push\njobs: { a: { ${matrix}, uses: ./b.yml } }`, files)).start();
  expect(drive.calls.size).toBeLessThan(RUN_JOBS_MAX);
  const failed = drive.events.flatMap((event) => (event.type === 'JobCompleted' && event.error ? [event.error] : []));
  expect(failed[0]).toMatchObject({
    id: 'TAU-1007',
    message: expect.stringContaining('jobs at a time, and may have 5000'),
  });
  drive.cancel();
  expect(drive.outcome).toEqual({ kind: 'cancelled', reason: 'stop' });
});

describe('what is not linked', () => {
  const run = (source: string) => new Drive(definitionOf(source)).start().outcome;

  test('fails the job that calls it, and says which file to put', () => {
    expect(run('on: push\njobs: { a: { uses: ./flows/b.yml } }')).toMatchObject({
      kind: 'failed',
      error: { id: 'TAU-4005', message: expect.stringContaining('job a: there is no workflow "flows/b.yml"') },
    });
  });

  test('fails the step that uses it, and says which file to put', () => {
    expect(run('on: push\njobs: { a: { steps: [{ uses: ./acts/b }] } }')).toMatchObject({
      kind: 'failed',
      error: {
        id: 'TAU-4005',
        message: expect.stringContaining('step 1 (./acts/b): there is no action "acts/b/action.yml"'),
      },
    });
  });
});

test('the scripts of a job, and the hashes of its files, go to one place', () => {
  const drive = new Drive(`
on: push
jobs:
  a:
    strategy: { matrix: { v: [0, 1] } }
    steps:
      - { run: one, shell: sh }
      - { uses: x/a@v1, with: { key: "\${{ hashFiles('x') }}" } }
`)
    .start()
    .settleAll();
  const keys = drive.effects.flatMap((effect) =>
    effect.type === 'call' && effect.stickyKey !== undefined ? [`${effect.callId} ${effect.stickyKey}`] : [],
  );
  expect(keys.sort()).toEqual([
    'a(0).0 run-1/a(0)',
    'a(0).1.hash1 run-1/a(0)',
    'a(1).0 run-1/a(1)',
    'a(1).1.hash1 run-1/a(1)',
  ]);
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
