import { describe, expect, test } from 'vitest';
import { DispatchLab, effectsOf, endings, refIn, sent } from '../../../test/lab/dispatch-lab.js';

describe('a resume that crosses', () => {
  test('a loss: the newer attempt takes the place of the one that went out meanwhile, whose holder is told', () => {
    const lab = new DispatchLab();
    const first = lab.attach('x', { items: 1 });
    lab.add('r1/a');
    lab.tell({ type: 'cut', registrationId: first });
    lab.advance(4_000);
    const second = lab.attach('y', { items: 2 });
    expect(effectsOf(lab.advance(1_000), 'lost')).toHaveLength(1);
    // The region was resumed before it read of the loss, and dispatches what it still thinks is the current attempt.
    const stray = refIn(lab.add('r1/a', { redelivered: true }));
    const effects = lab.add('r1/a', { attempt: 2, redelivered: true });
    expect(effectsOf(effects, 'cancel')).toMatchObject([{ registrationId: second, ref: stray }]);
    expect(refIn(effects)).toMatchObject({ attempt: 2 });
    expect(effectsOf(lab.result(second, stray), 'ack')).toMatchObject([{ verdict: 'stale' }]);
  });

  test('a result whose holder is gone: once it is taken, the same attempt is stopped elsewhere', () => {
    const lab = new DispatchLab();
    const first = lab.attach('x', { items: 1 });
    const ref = refIn(lab.add('r1/a'));
    lab.result(first, ref);
    lab.register('x', { incarnation: '2' });
    const second = lab.attach('y');
    const stray = refIn(lab.add('r1/a', { redelivered: true }));
    expect(lab.settled(first, ref)).toEqual([
      { type: 'cancel', registrationId: second, ref: stray, reason: 'its result was taken already' },
    ]);
    expect(lab.state.work.size).toBe(0);
  });
});

describe('adding', () => {
  test('what is on its way already is not added twice', () => {
    const lab = new DispatchLab();
    lab.attach('x', { items: 5 });
    lab.add('r1/a');
    expect(lab.add('r1/a')).toEqual([]);
    lab.add('r1/b', { capability: 'action:other@v1' });
    expect(lab.add('r1/b', { capability: 'action:other@v1' })).toEqual([]);
    expect(lab.state.work.size).toBe(2);
  });

  test('work that is not to begin before a moment begins then', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    expect(sent(lab.add('r1/a', { notBeforeMs: 300 }))).toEqual([]);
    expect(sent(lab.advance(299))).toEqual([]);
    expect(sent(lab.advance(1))).toEqual([`r1/a@${id}`]);
  });

  test('work beyond the limit is refused, and may be tried again', () => {
    const lab = new DispatchLab({ workMax: 1 });
    lab.add('r1/a');
    expect(effectsOf(lab.add('r1/b'), 'settle')).toMatchObject([
      { outcome: { kind: 'failed', error: { id: 'TAU-1008', retryable: true } } },
    ]);
    expect(endings(lab.add('r1/c', { redelivered: true }))).toEqual([['r1/c', 'unknown', 'TAU-1008', 'unknown']]);
  });
});

describe('withdrawing and holding', () => {
  test('queued and delayed work is gone; leased work is cancelled at its holder, whose result is then stale', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 1 });
    const ref = refIn(lab.add('r1/leased'));
    lab.add('r1/queued');
    lab.add('r1/delayed', { notBeforeMs: 100 });
    const withdrawn = ['r1/queued', 'r1/delayed', 'r1/leased', 'r1/never'].flatMap((workId) =>
      lab.tell({ type: 'withdraw', workId, reason: 'enough' }),
    );
    expect(withdrawn).toEqual([{ type: 'cancel', registrationId: id, ref, reason: 'enough' }]);
    expect(lab.state.work.size).toBe(0);
    expect(effectsOf(lab.result(id, ref), 'ack')).toMatchObject([{ verdict: 'stale' }]);
    expect(lab.advance(2_000_000).filter(({ type }) => type === 'settle')).toEqual([]);
  });

  test('work whose result is with its region is withdrawn without a word', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.result(id, ref);
    expect(lab.tell({ type: 'withdraw', workId: 'r1/a', reason: 'enough' })).toEqual([]);
    expect(effectsOf(lab.settled(id, ref, false), 'ack')).toMatchObject([{ verdict: 'stale' }]);
  });

  test('a run that is paused gets back what no provider has, and no other run does', () => {
    const lab = new DispatchLab();
    lab.attach('x', { items: 1 });
    for (const work of ['r1/leased', 'r1/queued', 'r2/queued']) lab.add(work);
    lab.add('r1/delayed', { notBeforeMs: 100 });
    lab.tell({ type: 'hold', runId: 'r1' });
    expect([...lab.state.work.keys()]).toEqual(['r1/leased', 'r2/queued']);
  });
});

test('a kernel that drains tells its extensions, takes results, and sends nothing more', () => {
  const lab = new DispatchLab();
  const id = lab.attach('x', { items: 2 });
  lab.register('y');
  const ref = refIn(lab.add('r1/a'));
  expect(lab.tell({ type: 'drain', graceMs: 500 })).toEqual([{ type: 'draining', registrationId: id, graceMs: 500 }]);
  expect(sent([...lab.add('r1/b'), ...lab.credit(id, 5)])).toEqual([]);
  expect(effectsOf(lab.finish(id, ref), 'ack')).toMatchObject([{ verdict: 'accepted' }]);
  expect(lab.state.work.get('r1/b')?.phase).toBe('queued');
});

test('the machine asks to be woken for the first thing that time will change, and for nothing when there is none', () => {
  const lab = new DispatchLab();
  expect(lab.machine.nextDeadline()).toBeUndefined();
  lab.attach('x', { items: 0 });
  expect(lab.machine.nextDeadline()).toBe(1_666);
  lab.add('r1/a', { deadlineMs: 700 });
  expect(lab.machine.nextDeadline()).toBe(700);
  lab.tell({ type: 'withdraw', workId: 'r1/a', reason: 'enough' });
  expect(lab.machine.nextDeadline()).toBe(1_666);
});
