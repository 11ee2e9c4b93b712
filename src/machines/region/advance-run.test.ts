import { errorData } from 'tau-core';
import { expect, test } from 'vitest';
import { bound, failed, ok, RegionLab, request } from '../../../test/lab/region-lab.js';

test('a script goes from call to call and to its end', () => {
  const lab = RegionLab.open();
  const started = lab.script('r1', [{ call: { id: 'a', input: { n: 1 } } }, { together: [{ id: 'b' }, { id: 'c' }] }]);
  expect(started.orders.map((order) => [order.workId, order.attempt, order.inputJson])).toEqual([
    ['r1/a', 1, '{"n":1}'],
  ]);
  expect(lab.settle('r1/a').orders.map((order) => order.workId)).toEqual(['r1/b', 'r1/c']);
  expect(lab.settle('r1/c', failed(errorData('HANDLER_FAILED', 'broken'))).types).toEqual(['run.advanced']);
  expect(lab.settle('r1/b').types).toEqual(['run.advanced', 'run.ended']);
  expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: ['a ok', 'c failed', 'b ok'] });
  expect(lab.state.ended.get('r1')).toMatchObject({ callsTotal: 3, startedMs: 1_000, firstSeq: 3, lastSeq: 8 });
});

test('one event has the input, the program events, the calls and what the call spent', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b', timeoutMs: 100, stickyKey: 'k' } }]);
  lab.advance(5);
  const [advanced] = lab.settle('r1/a', ok, { tokens: 7 }).events;
  expect(advanced?.body).toEqual({
    type: 'run.advanced',
    runId: 'r1',
    prev: 4,
    input: { type: 'callSettled', callId: 'a', outcome: ok },
    events: [{ at: 2, open: ['b'], until: null, heard: ['a ok'] }],
    calls: [
      {
        callId: 'b',
        capability: 'action:do@v1',
        input: {},
        attempt: 1,
        failures: 0,
        requestedMs: 1_005,
        deadlineMs: 1_105,
        notBeforeMs: 0,
        redelivered: false,
        stickyKey: 'k',
      },
    ],
    cancelled: [],
    usage: { tokens: 7, costMicros: 70 },
  });
});

test('a call lives no longer than its run, and six hours if it says nothing', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b', timeoutMs: 50_000 }] }], { timeoutMs: 40_000 });
  lab.script('r2', [{ call: { id: 'a' } }]);
  expect(lab.run('r1')?.calls.toObject()).toMatchObject({ a: { deadlineMs: 41_000 }, b: { deadlineMs: 41_000 } });
  expect(lab.run('r2')?.calls.get('a')?.deadlineMs).toBe(1_000 + 6 * 3_600_000);
});

test('a run that ends withdraws what is still open, before its end (invariant 4)', () => {
  const lab = RegionLab.open();
  lab.obedient('r1', { begin: [{ call: 'a' }, { call: 'b' }], 'settled a': [{ finish: 'done' }] });
  const told = lab.settle('r1/a');
  expect(told.withdrawn).toEqual(['r1/b']);
  expect(told.types).toEqual(['run.advanced', 'run.ended']);
  expect(told.effects.findIndex(({ type }) => type === 'withdraw')).toBeLessThan(
    told.effects.findIndex(({ type }) => type === 'reply'),
  );
});

test('calls that a program gives up are withdrawn, each with its own reason, and may be asked for again at once', () => {
  const lab = RegionLab.open();
  lab.obedient('r1', { begin: [{ call: 'a' }, { call: 'b' }], 'message *': [] });
  const told = lab.message('r1', 'steer', { orders: [{ giveUp: 'a' }, { giveUp: 'b' }, { call: 'a' }] });
  expect(told.effects.slice(0, 3)).toMatchObject([
    { type: 'withdraw', workId: 'r1/a', reason: 'told to give up a' },
    { type: 'withdraw', workId: 'r1/b', reason: 'told to give up b' },
    { type: 'dispatch', order: { workId: 'r1/a', attempt: 1 } },
  ]);
  expect([...(lab.run('r1')?.calls.keys() ?? [])]).toEqual(['a']);
});

test.each(['decide', 'evolve'] as const)('a program that throws in %s ends its run and nothing else', (where) => {
  const lab = RegionLab.open();
  lab.script('r2', [{ call: { id: 'a' } }]);
  lab.tell({ type: 'startRun', request: request('r1', bound('throwing', { in: where })) });
  const told = lab.settle('r1/a');
  expect(told.types).toEqual(['run.ended']);
  expect(lab.outcome('r1')).toMatchObject({
    kind: 'failed',
    error: { id: 'TAU-9001', message: `the run's program failed: cannot ${where}` },
  });
  expect(told.withdrawn).toEqual(['r1/a']);
  expect(lab.settle('r2/a').types).toEqual(['run.advanced', 'run.ended']);
});

test('a program that asks twice for a call that is open has a bug: its run ends', () => {
  const lab = RegionLab.open();
  lab.obedient('r1', { begin: [{ call: 'a' }] });
  lab.message('r1', 'steer', { orders: [{ call: 'a' }] });
  expect(lab.outcome('r1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-9001' } });
});

test.each([
  ['calls', { callsMax: 1 }],
  ['tokens', { tokensMax: 9 }],
  ['cost in millionths', { costMicrosMax: 99 }],
])('a budget of %s ends the run that goes beyond it', (what, budget) => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b' } }], { budget });
  const told = lab.settle('r1/a', ok, { tokens: 10 });
  expect(told.orders).toEqual([]);
  expect(lab.outcome('r1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-4003', details: { what } } });
});

test('a budget that is just kept lets the run go on', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b' } }], {
    budget: { callsMax: 2, tokensMax: 10, costMicrosMax: 100 },
  });
  expect(lab.settle('r1/a', ok, { tokens: 10 }).orders).toHaveLength(1);
});

test('a run that comes to its end has ended, over its budget or not', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }], { budget: { tokensMax: 1 } });
  lab.settle('r1/a', ok, { tokens: 10 });
  expect(lab.outcome('r1')?.kind).toBe('ok');
  expect(lab.state.ended.get('r1')?.usage).toEqual({ tokens: 10, costMicros: 100 });
});
