import { HOST_CAPABILITIES, type Json, type JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import { KeyedRuns } from './keyed-runs.js';
import type { AnyExecutable } from './local-options.js';
import { runLocal } from './run-local.js';

const start = (id: string, input: JsonObject) =>
  call(id, { capability: HOST_CAPABILITIES.startRun, input: { definition: 'report', ...input } });

async function outputs(stages: Parameters<typeof scripted>[0], report: (nth: number) => Json, tolerant = false) {
  let reports = 0;
  const { outcome } = await runLocal(scripted(stages, { tolerant }), {
    definitions: () => scripted([[call('a')]]) as AnyExecutable,
    handlers: {
      't:a': () => {
        reports += 1;
        return report(reports);
      },
    },
  }).ended;
  return { reports, outcome };
}

describe('a run that is started with a key, without a store', () => {
  test('is started once, and what it gave is given again', async () => {
    const stages = [
      [start('one', { key: 'monday' })],
      [start('two', { key: 'monday' })],
      [start('three', { key: 'monday', wait: false })],
      [start('four', { key: 'tuesday' })],
    ];
    const { reports, outcome } = await outputs(stages, (nth) => nth);
    expect(reports).toBe(2);
    expect(outcome).toEqual({
      kind: 'ok',
      output: {
        one: { a: 1 },
        two: { a: 1 },
        three: { runId: expect.stringMatching(/^[0-9a-f]{32}$/) },
        four: { a: 2 },
      },
    });
  });

  test('nor is one started again that nobody waited for', async () => {
    const stages = [
      [start('one', { key: 'monday', wait: false })],
      [start('two', { key: 'monday' })],
      [start('three', { key: 'monday', wait: false })],
      [start('four', { key: 'monday' })],
    ];
    expect(await outputs(stages, (nth) => nth)).toMatchObject({
      reports: 1,
      outcome: { kind: 'ok', output: { two: { a: 1 }, four: { a: 1 } } },
    });
  });

  test('a failure is its outcome, too', async () => {
    const stages = [[start('one', { key: 'monday' })], [start('two', { key: 'monday' })]];
    const failing = await outputs(
      stages,
      () => {
        throw new Error('no paper');
      },
      true,
    );
    expect(failing).toMatchObject({
      reports: 1,
      outcome: { output: { one: { message: 'no paper' }, two: { message: 'no paper' } } },
    });
  });

  test('without a key each is a run of its own', async () => {
    expect(await outputs([[start('one', {})], [start('two', {})]], (nth) => nth)).toMatchObject({ reports: 2 });
  });
});

describe('KeyedRuns', () => {
  const ok = (output: Json) => ({ kind: 'ok', output }) as const;

  test('forgets the oldest of too many', () => {
    const keyed = new KeyedRuns({ runsMax: 2, bytesMax: 1_000 });
    for (const id of ['a', 'b', 'c']) keyed.keep(id, ok(id));
    expect([keyed.get('a'), keyed.get('b'), keyed.get('c')]).toEqual([undefined, ok('b'), ok('c')]);
  });

  test('forgets the oldest where they take too much, but never the newest', () => {
    const keyed = new KeyedRuns({ runsMax: 100, bytesMax: 1_000 });
    keyed.keep('a', ok('small'));
    keyed.keep('b', ok('x'.repeat(2_000)));
    expect([keyed.get('a'), keyed.get('b')]).toEqual([undefined, ok('x'.repeat(2_000))]);
    keyed.keep('c', ok('small'));
    expect([keyed.get('b'), keyed.get('c')]).toEqual([undefined, ok('small')]);
  });
});
