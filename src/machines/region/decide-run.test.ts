import { HOST_CAPABILITIES, type Json, type Outcome, runId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { ok, RegionLab, refusal, replyOf, type Told } from '../../../test/lab/region-lab.js';
import type { Order } from '../../../test/programs/obedient.js';
import type { RunState } from './state.js';

const asked: Outcome = { kind: 'inputRequired', question: 'really?' };

const onRuns: readonly [string, (lab: RegionLab, id: string) => Told][] = [
  ['cancelRun', (lab, id) => lab.cancel(id)],
  ['pauseRun', (lab, id) => lab.pause(id)],
  ['resumeRun', (lab, id) => lab.resume(id)],
  ['message', (lab, id) => lab.message(id, 'append', 'x')],
  ['answer', (lab, id) => lab.answer(`${id}/a`, 1, true)],
];

test.each(onRuns)('%s of a run that is not there, or has ended, is refused', (_name, tell) => {
  const lab = RegionLab.open();
  lab.script('r1', []);
  expect([tell(lab, 'r9'), tell(lab, 'r1')].map(refusal)).toEqual(['TAU-1002', 'TAU-1004']);
});

describe('cancel', () => {
  test('graceful: the program is told, and gives up what it wants', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b' }] }]);
    const told = lab.cancel('r1');
    expect(told.types).toEqual(['run.cancelling', 'run.advanced', 'run.ended']);
    expect(told.effects.filter(({ type }) => type === 'withdraw')).toEqual([
      { type: 'withdraw', workId: 'r1/a', reason: 'no more a' },
      { type: 'withdraw', workId: 'r1/b', reason: 'no more b' },
    ]);
    expect(lab.outcome('r1')).toEqual({ kind: 'cancelled', reason: 'enough' });
  });

  test('graceful: a program may let its calls come to their end', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }], 'settled a': [{ finish: 'cleaned up' }] });
    expect(lab.cancel('r1').withdrawn).toEqual([]);
    lab.settle('r1/a');
    expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: 'cleaned up' });
  });

  test('graceful: a second time the program is told again, unless whoever cancels wants it told once', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] });
    lab.cancel('r1');
    const once = { type: 'cancelRun', runId: runId('r1'), kill: false, reason: 'nobody waits', once: true } as const;
    expect(lab.tell(once).types).toEqual([]);
    expect(lab.cancel('r1').types).toEqual(['run.advanced']);
    expect(lab.run('r1')).toMatchObject({ phase: 'cancelling', program: { heard: ['begin', 'cancel', 'cancel'] } });
  });

  test('once: the first time it is told all the same', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] });
    const once = { type: 'cancelRun', runId: runId('r1'), kill: false, reason: 'nobody waits', once: true } as const;
    expect(lab.tell(once).types).toEqual(['run.cancelling', 'run.advanced']);
  });

  test('graceful: a paused run works again, so that it can come to its end', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }], cancel: [{ call: 'cleanUp' }] });
    lab.pause('r1');
    const told = lab.cancel('r1');
    expect(told.orders.map((order) => order.workId).sort()).toEqual(['r1/a', 'r1/cleanUp']);
  });

  test('kill: the run ends at once, its program is not asked', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] });
    const told = lab.cancel('r1', true);
    expect(told.types).toEqual(['run.ended']);
    expect(told.withdrawn).toEqual(['r1/a']);
    expect(lab.outcome('r1')).toEqual({ kind: 'cancelled', reason: 'enough' });
  });

  test('kill comes through where grace takes too long', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] });
    lab.cancel('r1');
    expect(lab.cancel('r1', true).types).toEqual(['run.ended']);
  });
});

describe('pause and resume', () => {
  test('a paused run holds what no provider has, takes results, and dispatches nothing', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b' } }]);
    const paused = lab.pause('r1');
    expect(paused.effects[0]).toEqual({ type: 'hold', runId: 'r1' });
    expect(lab.settle('r1/a').orders).toEqual([]);
    expect([...(lab.run('r1')?.calls.keys() ?? [])]).toEqual(['b']);
    expect(lab.resume('r1').orders.map((order) => order.workId)).toEqual(['r1/b']);
  });

  test('both may be said twice', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    expect(
      [lab.resume('r1'), lab.pause('r1'), lab.pause('r1'), lab.resume('r1'), lab.resume('r1')].map(
        (told) => told.types,
      ),
    ).toEqual([[], ['run.paused'], [], ['run.resumed'], []]);
  });

  test('what is dispatched after a pause may have been dispatched before it, even by an earlier kernel', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    lab.pause('r1');
    expect(lab.resume('r1').orders).toMatchObject([{ workId: 'r1/a', attempt: 1, redelivered: true }]);
  });

  test('a call that failed, was lost or was answered meanwhile waits for the resume', () => {
    const lab = RegionLab.open();
    const retry = { attemptsMax: 3, firstDelayMs: 10, factor: 1, delayMaxMs: 10 };
    lab.script('r1', [{ together: [{ id: 'a', retry }, { id: 'b' }, { id: 'c' }, { id: 'd' }] }]);
    lab.settle('r1/c', asked);
    lab.settle('r1/d', asked);
    lab.pause('r1');
    const failure: Outcome = {
      kind: 'failed',
      error: { code: 'exhausted', id: 'x', message: '', outcome: 'not-done', retryable: true },
    };
    const orders = [lab.settle('r1/a', failure), lab.lose('r1/b'), lab.answer('r1/c', 1, true)].flatMap(
      (told) => told.orders,
    );
    expect(orders).toEqual([]);
    const resumed = lab.resume('r1').orders.map((order) => `${order.workId}#${order.attempt}`);
    expect(resumed, 'all but the one that still asks').toEqual(['r1/a#2', 'r1/b#2', 'r1/c#2']);
  });

  test('time goes on for a paused run', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ waitMs: 100 }, { call: { id: 'a' } }], { timeoutMs: 1_000 });
    lab.pause('r1');
    lab.advance(100);
    expect(lab.wake('r1').types).toEqual(['run.advanced']);
    lab.advance(900);
    lab.wake('r1');
    expect(lab.outcome('r1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-4001' } });
  });
});

describe('answers', () => {
  test('an answer starts a new attempt that carries it', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    lab.settle('r1/a', asked);
    const told = lab.answer('r1/a', 1, { yes: true });
    expect(told.types).toEqual(['call.answered']);
    expect(told.orders).toMatchObject([{ workId: 'r1/a', attempt: 2, answerJson: '{"yes":true}' }]);
    lab.settle('r1/a');
    expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: ['a ok'] });
  });

  test('a question may be asked again, and is then another version', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    lab.settle('r1/a', asked);
    lab.answer('r1/a', 1, 'maybe');
    lab.settle('r1/a', asked);
    expect([lab.answer('r1/a', 1, 'yes'), lab.answer('r1/a', 3, 'yes')].map(refusal)).toEqual(['TAU-1011', 'TAU-1011']);
    expect(lab.answer('r1/a', 2, 'yes').orders).toMatchObject([{ attempt: 3, answerJson: '"yes"' }]);
  });

  test('null is an answer, too', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    lab.settle('r1/a', asked);
    expect(lab.answer('r1/a', 1, null).orders).toMatchObject([{ attempt: 2, answerJson: 'null' }]);
  });

  test('an action that a question does not offer is refused, and the question stays open', () => {
    const lab = RegionLab.open();
    const input = { question: 'send it?', actions: ['approve', 'respond'] };
    lab.obedient('r1', { begin: [{ call: 'q', capability: HOST_CAPABILITIES.ask, input }] });
    const wrong = [{ action: 'reject' }, { action: 'respond' }, 'approve', null];
    expect(wrong.map((answer) => refusal(lab.answer('r1/q', 1, answer)))).toEqual(wrong.map(() => 'TAU-1001'));
    expect(lab.answer('r1/q', 1, { action: 'approve' }).types).toEqual(['run.advanced']);
  });

  test('what nobody asked cannot be answered, nor twice', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    expect(refusal(lab.answer('r1/a', 1, 'yes'))).toBe('TAU-1002');
    lab.settle('r1/a', asked);
    lab.answer('r1/a', 1, 'yes');
    expect(refusal(lab.answer('r1/a', 1, 'yes'))).toBe('TAU-1002');
  });
});

describe('messages', () => {
  const begin: readonly Order[] = [{ call: 'a' }];
  const heard = (lab: RegionLab): Json | undefined => (lab.run('r1')?.program as { heard: Json } | undefined)?.heard;

  test('a program that takes none refuses them', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }]);
    expect(refusal(lab.message('r1', 'append', 'x'))).toBe('TAU-4007');
  });

  test.each(['append', 'steer', 'interrupt', 'replace'] as const)(
    'one that its program does not take as things are is refused to its sender, and not journaled: %s',
    (mode) => {
      const lab = RegionLab.open();
      lab.obedient('r1', { begin, refuse: [] });
      const told = lab.message('r1', mode, 'unwanted', 'k');
      expect(refusal(told)).toBe('TAU-4014');
      expect(told.types).toEqual([]);
      expect(lab.message('r1', 'steer', 'wanted', 'k').types).toEqual(['run.advanced']);
    },
  );

  test.each(['append', 'steer', 'interrupt', 'replace'] as const)(
    'with nothing in flight, %s is told at once',
    (mode) => {
      const lab = RegionLab.open();
      lab.obedient('r1', {});
      expect(lab.message('r1', mode, 'x').types).toEqual(['run.advanced']);
      expect(heard(lab)).toEqual(['begin', 'x']);
    },
  );

  test('append waits until nothing is in flight; those that wait are told in their order', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin });
    lab.message('r1', 'append', 'x');
    lab.message('r1', 'append', 'y');
    expect(heard(lab)).toEqual(['begin']);
    expect(lab.settle('r1/a').types).toEqual(['run.advanced', 'run.advanced', 'run.advanced']);
    expect(heard(lab)).toEqual(['begin', 'a ok', 'x', 'y']);
    expect(lab.run('r1')?.inbox).toEqual([]);
  });

  test('a message that makes work in flight holds up those behind it', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin });
    lab.message('r1', 'append', { orders: [{ call: 'b' }] });
    lab.message('r1', 'append', 'y');
    lab.settle('r1/a');
    expect(lab.run('r1')?.inbox).toEqual(['y']);
    lab.settle('r1/b');
    expect(heard(lab)).toEqual(['begin', 'a ok', { orders: [{ call: 'b' }] }, 'b ok', 'y']);
  });

  test('steer is told while work goes on', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin });
    lab.message('r1', 'append', 'later');
    expect(lab.message('r1', 'steer', 'now').withdrawn).toEqual([]);
    expect(heard(lab)).toEqual(['begin', 'now']);
  });

  test('interrupt cancels the work in flight, and is told after it', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }, { call: 'b' }] });
    const told = lab.message('r1', 'interrupt', 'stop');
    expect(told.withdrawn).toEqual(['r1/a', 'r1/b']);
    expect(heard(lab)).toEqual(['begin', 'a cancelled', 'b cancelled', 'stop']);
    expect(refusal(lab.settle('r1/a', ok, { attempt: 1 }))).toBe('TAU-1011');
  });

  test('interrupt tells no end of a call that the program gave up meanwhile (invariant 2)', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }, { call: 'b' }], 'settled a': [{ giveUp: 'b' }] });
    lab.message('r1', 'interrupt', 'stop');
    expect(heard(lab)).toEqual(['begin', 'a cancelled', 'stop']);
  });

  test('interrupt of a run that ends of it is taken: the run did stop', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin, 'settled a': [{ finish: 'stopped' }] });
    expect(replyOf(lab.message('r1', 'interrupt', 'stop'))).toMatchObject({ ok: true });
    expect(lab.outcome('r1')).toEqual({ kind: 'ok', output: 'stopped' });
  });

  test('replace discards those that waited', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin });
    lab.message('r1', 'append', 'x');
    lab.message('r1', 'append', 'y');
    lab.message('r1', 'replace', 'z');
    lab.settle('r1/a');
    expect(heard(lab)).toEqual(['begin', 'a ok', 'z']);
  });

  test.each(['append', 'steer', 'interrupt', 'replace'] as const)(
    '%s with a key is told once (invariant 5)',
    (mode) => {
      const lab = RegionLab.open();
      lab.obedient('r1', { begin: mode === 'interrupt' ? [] : begin });
      const first = lab.message('r1', mode, 'x', 'k');
      const again = lab.message('r1', mode, 'x', 'k');
      expect(again.types).toEqual([]);
      expect(replyOf(again)).toEqual({ ...replyOf(first), runId: undefined, fresh: false });
      if (mode !== 'interrupt') lab.settle('r1/a');
      expect((heard(lab) as Json[]).filter((item) => item === 'x')).toEqual(['x']);
      expect(replyOf(lab.message('r1', mode, 'x', 'k2'))).toMatchObject({ fresh: true });
    },
  );

  test.each(['append', 'steer', 'interrupt', 'replace'] as const)(
    'whoever sends the one again that has ended the run hears that it was taken (invariant 5): %s',
    (mode) => {
      const lab = RegionLab.open();
      lab.obedient('r1', { 'message *': [{ finish: 'done' }] });
      const first = lab.message('r1', mode, 'x', 'k');
      expect(first.types).toEqual(['run.advanced', 'run.ended']);
      const again = lab.message('r1', mode, 'x', 'k');
      expect(again.types).toEqual([]);
      expect(replyOf(again)).toMatchObject({ ok: true, fresh: false });
      expect(refusal(lab.message('r1', mode, 'x', 'other'))).toBe('TAU-1004');
    },
  );

  test('the same key means nothing in another run', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', {});
    lab.obedient('r2', {});
    lab.message('r1', 'steer', 'x', 'k');
    expect(replyOf(lab.message('r2', 'steer', 'x', 'k'))).toMatchObject({ fresh: true });
  });

  test('the inbox is limited; what does not wait in it is taken all the same', () => {
    const lab = RegionLab.open({ inboxMax: 2 });
    lab.obedient('r1', { begin });
    const replies = ['1', '2', '3'].map((content) => refusal(lab.message('r1', 'append', content)));
    expect(replies).toEqual([undefined, undefined, 'TAU-1008']);
    expect(refusal(lab.message('r1', 'steer', 'now'))).toBeUndefined();
    expect(refusal(lab.message('r1', 'replace', 'instead'))).toBeUndefined();
    expect(lab.run('r1')?.inbox).toEqual(['instead']);
  });
});

describe('deadlines', () => {
  test('a program is told of its deadline once it has come, and not before', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ waitMs: 100 }, { call: { id: 'a' } }]);
    lab.advance(99);
    expect(lab.wake('r1').types).toEqual([]);
    lab.advance(1);
    const told = lab.wake('r1');
    expect(told.types).toEqual(['run.advanced']);
    expect(told.orders.map((order) => order.workId)).toEqual(['r1/a']);
  });

  test("a run's own deadline ends it, whatever it does", () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }, { wakeInMs: 5_000 }] }, { timeoutMs: 2_000 });
    lab.advance(2_000);
    const told = lab.wake('r1');
    expect(told.types).toEqual(['run.ended']);
    expect(told.withdrawn).toEqual(['r1/a']);
    expect(lab.outcome('r1')).toMatchObject({
      kind: 'failed',
      error: { id: 'TAU-4001', message: expect.stringContaining('2000 ms') },
    });
  });

  test('waking a run that has ended does nothing', () => {
    const lab = RegionLab.open();
    lab.script('r1', []);
    expect(lab.wake('r1').effects).toEqual([]);
  });
});

describe('fork', () => {
  function source(lab: RegionLab): RunState {
    const run = lab.run('r1');
    if (run === undefined) throw new Error('r1 is not in progress');
    return run;
  }

  test('a fork goes on from where its source was, with calls and deadlines of its own', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b', timeoutMs: 500 } }], { timeoutMs: 10_000 });
    lab.settle('r1/a');
    lab.lose('r1/b');
    lab.advance(400);
    const told = lab.tell({ type: 'forkRun', runId: runId('r2'), source: source(lab) });
    expect(told.types).toEqual(['run.forked']);
    expect(told.orders).toMatchObject([{ workId: 'r2/b', attempt: 1, redelivered: false, deadlineMs: 1_900 }]);
    expect(lab.run('r2')).toMatchObject({
      forkedFrom: 'r1',
      deadlineMs: 11_400,
      begin: { runId: 'r2', startedAt: 1_400 },
      firstSeq: 7,
      lastSeq: 7,
    });
    lab.settle('r2/b');
    expect(lab.outcome('r2')).toEqual({ kind: 'ok', output: ['a ok', 'b ok'] });
    expect(lab.run('r1')).toBeDefined();
  });

  test('a fork of a fork lives as long as the first run might have', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a' } }], { timeoutMs: 1_000 });
    lab.advance(900);
    lab.tell({ type: 'forkRun', runId: runId('r2'), source: source(lab) });
    lab.advance(900);
    const fork = lab.run('r2');
    if (fork === undefined) throw new Error('r2 is not in progress');
    lab.tell({ type: 'forkRun', runId: runId('r3'), source: fork });
    expect(lab.run('r3')?.deadlineMs).toBe(lab.now + 1_000);
  });

  test('a fork of a paused run runs; one that asks, asks', () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b' }] }]);
    lab.settle('r1/a', asked);
    lab.pause('r1');
    const told = lab.tell({ type: 'forkRun', runId: runId('r2'), source: source(lab) });
    expect(told.orders.map((order) => order.workId)).toEqual(['r2/b']);
    expect(lab.answer('r2/a', 1, 'yes').orders).toMatchObject([{ workId: 'r2/a', attempt: 2 }]);
  });

  test("a fork's question is asked since the fork began, and waiting for its answer takes no more of its call's time", () => {
    const lab = RegionLab.open();
    lab.script('r1', [{ call: { id: 'a', timeoutMs: 500 } }], { timeoutMs: 100_000 });
    lab.settle('r1/a', asked);
    lab.advance(9_000);
    lab.tell({ type: 'forkRun', runId: runId('r2'), source: source(lab) });
    expect(lab.run('r1')?.calls.get('a')?.question?.askedMs).toBe(1_000);
    expect(lab.run('r2')?.calls.get('a')?.question?.askedMs).toBe(10_000);
    lab.advance(100);
    expect(lab.answer('r2/a', 1, 'yes').orders).toMatchObject([{ deadlineMs: 10_600 }]);
  });

  test('a fork with a key is made once (invariant 5), and counts as a run', () => {
    const lab = RegionLab.open({ runsMax: 2 });
    lab.script('r1', [{ call: { id: 'a' } }]);
    const fork = (id: string, startKey: string) =>
      lab.tell({ type: 'forkRun', runId: runId(id), source: source(lab), startKey });
    fork('r2', 'k');
    expect(replyOf(fork('r3', 'k'))).toMatchObject({ ok: true, runId: 'r2', fresh: false });
    expect(refusal(fork('r3', 'k2'))).toBe('TAU-1007');
  });
});
