import { errorData, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { DispatchLab, done, effectsOf, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';
import type { DispatchEffect } from './signals.js';

const endings = (effects: readonly DispatchEffect[]) =>
  effectsOf(effects, 'settle').map(({ order: { workId }, outcome }) => [
    workId,
    outcome.kind,
    outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error.id : '',
    outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error.outcome : '',
  ]);

const NO_PROVIDER = ['failed', 'TAU-3001', 'not-done'];
const LATE = ['failed', 'TAU-3002', 'not-done'];

describe('results', () => {
  test('go to the region, and are acknowledged once it has answered', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    const outcome: Outcome = { kind: 'ok', output: 1 };
    const usage = { tokens: 1, costMicros: 2 };
    const effects = lab.tell({ type: 'result', registrationId: id, ref, outcome, usage });
    expect(effects).toEqual([
      { type: 'settle', order: order('r1/a'), outcome, usage, from: { registrationId: id, ref } },
    ]);
    expect(lab.settled(id, ref)).toEqual([{ type: 'ack', registrationId: id, ref, verdict: 'accepted' }]);
    expect(lab.state.work.size).toBe(0);
  });

  test('that the region refuses are stale; that come again are duplicates', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const [taken, refused] = [refIn(lab.add('r1/a')), refIn(lab.add('r1/b'))];
    lab.finish(id, taken);
    lab.result(id, refused);
    expect(effectsOf(lab.settled(id, refused, false), 'ack')).toMatchObject([{ verdict: 'stale' }]);
    const verdicts = [taken, refused].flatMap((ref) => effectsOf(lab.result(id, ref), 'ack').map((ack) => ack.verdict));
    expect(verdicts).toEqual(['duplicate', 'stale']);
  });

  test('that come twice while the region decides have one answer', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.result(id, ref);
    expect(lab.result(id, ref)).toEqual([]);
    expect(effectsOf(lab.settled(id, ref), 'ack')).toHaveLength(1);
  });

  test('of another instance than the holder are stale', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    const other = lab.attach('y');
    expect(effectsOf(lab.result(other, ref), 'ack')).toMatchObject([{ registrationId: other, verdict: 'stale' }]);
    expect(lab.state.work.get('r1/a')?.phase).toBe('leased');
  });

  test('of an earlier dispatch to the same instance are stale', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const first = refIn(lab.add('r1/a'));
    lab.hello(id);
    const second = refIn(lab.credit(id, 1));
    expect(effectsOf(lab.result(id, first), 'ack')).toMatchObject([{ ref: first, verdict: 'stale' }]);
    expect(effectsOf(lab.result(id, second), 'settle')).toHaveLength(1);
  });

  test('a retry may come before the answer to the result that led to it', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const first = refIn(lab.add('r1/a'));
    lab.result(id, first, { kind: 'failed', error: errorData('QUEUE_FULL', 'busy') });
    const second = refIn(lab.add('r1/a', { attempt: 2 }));
    expect(effectsOf(lab.settled(id, first), 'ack')).toMatchObject([{ ref: first, verdict: 'accepted' }]);
    expect(lab.state.work.get('r1/a')).toMatchObject({ phase: 'leased', fence: second.fence });
    expect(endings(lab.result(id, second))).toEqual([['r1/a', 'ok', '', '']]);
  });

  test('work that is asked for again while its result is with the region is not done twice', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.result(id, ref);
    // A run was resumed, and its region had not read the result yet.
    expect(lab.add('r1/a')).toEqual([]);
    lab.settled(id, ref);
    expect(lab.state.work.size).toBe(0);
  });
});

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

describe('deadlines', () => {
  test.each([
    ['delayed', { notBeforeMs: 900 }, { items: 0 }],
    ['queued', {}, { items: 0 }],
  ])('%s work ends as not done', (_phase, more, options) => {
    const lab = new DispatchLab();
    const id = lab.attach('x', options);
    lab.add('r1/a', { deadlineMs: 800, ...more });
    expect(endings(lab.advance(799))).toEqual([]);
    lab.tell({ type: 'alive', registrationId: id });
    expect(endings(lab.advance(1))).toEqual([['r1/a', ...LATE]]);
    expect(lab.state.work.size).toBe(0);
  });

  test('leased work ends as unknown, and its holder is told to stop', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a', { deadlineMs: 800 }));
    const effects = lab.advance(800);
    expect(effectsOf(effects, 'cancel')).toEqual([
      { type: 'cancel', registrationId: id, ref, reason: 'its deadline has passed' },
    ]);
    expect(endings(effects)).toEqual([['r1/a', 'unknown', 'TAU-3002', 'unknown']]);
    expect(effectsOf(lab.result(id, ref), 'ack')).toMatchObject([{ verdict: 'stale' }]);
  });

  test('a result that came in time is not late while its region decides', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a', { deadlineMs: 800 }));
    lab.result(id, ref);
    expect(endings(lab.advance(10_000))).toEqual([]);
  });

  test('work that comes too late is not sent, and ends as not done', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    lab.now = 900 as never;
    const effects = lab.add('r1/a', { deadlineMs: 800 });
    expect([sent(effects), effectsOf(effects, 'cancel')]).toEqual([[], []]);
    expect(endings(effects)).toEqual([['r1/a', ...LATE]]);
  });

  test('where an earlier attempt may have had its effect, the end is unknown', () => {
    const lab = new DispatchLab({ providerWaitMs: 100 });
    lab.add('r1/a', { redelivered: true });
    lab.tell({ type: 'recover', order: order('r1/b', { redelivered: true, deadlineMs: 50 }) });
    lab.attach('x', { offers: { 'other@v1': 'any' }, items: 0 });
    lab.add('r1/c', { capability: 'action:other@v1', redelivered: true, deadlineMs: 50 });
    expect(endings(lab.advance(100))).toEqual([
      ['r1/b', 'unknown', 'TAU-3001', 'unknown'],
      ['r1/c', 'unknown', 'TAU-3002', 'unknown'],
      ['r1/a', 'unknown', 'TAU-3001', 'unknown'],
    ]);
  });
});

describe('a capability that nobody offers', () => {
  test('is waited for, then the work ends with no provider', () => {
    const lab = new DispatchLab();
    lab.add('r1/a');
    expect(endings(lab.advance(59_999))).toEqual([]);
    expect(endings(lab.advance(1))).toEqual([['r1/a', ...NO_PROVIDER]]);
  });

  test('gets what waits when somebody offers it in time', () => {
    const lab = new DispatchLab();
    lab.add('r1/a');
    lab.advance(59_000);
    const id = lab.register('x');
    lab.hello(id);
    expect(sent(lab.credit(id, 1))).toEqual([`r1/a@${id}`]);
  });

  test('ends sooner when the deadline is sooner', () => {
    const lab = new DispatchLab();
    lab.add('r1/a', { deadlineMs: 100 });
    expect(endings(lab.advance(100))).toEqual([['r1/a', ...NO_PROVIDER]]);
  });

  test('is waited for from the moment when its provider went, not from when the work was added', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 0 });
    lab.add('r1/a');
    for (let elapsed = 0; elapsed < 58_000; elapsed += 2_000) {
      lab.advance(2_000);
      lab.tell({ type: 'alive', registrationId: id });
    }
    lab.tell({ type: 'cut', registrationId: id });
    // The lease ends at 63,000; the extension is back a little later.
    expect(endings(lab.advance(7_000))).toEqual([]);
    expect(endings(lab.advance(57_999))).toEqual([]);
    expect(endings(lab.advance(1))).toEqual([['r1/a', ...NO_PROVIDER]]);
  });

  test('is waited for as well when its provider leaves', () => {
    const lab = new DispatchLab({ providerWaitMs: 1_000 });
    const id = lab.attach('x', { items: 0 });
    lab.add('r1/a');
    lab.advance(900);
    lab.tell({ type: 'leaving', registrationId: id });
    expect(endings(lab.advance(999))).toEqual([]);
    expect(endings(lab.advance(1))).toEqual([['r1/a', ...NO_PROVIDER]]);
  });

  test('is not given up while its provider is busy', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 0 });
    lab.add('r1/a');
    for (let elapsed = 0; elapsed < 200_000; elapsed += 2_000) {
      expect(endings(lab.advance(2_000))).toEqual([]);
      lab.tell({ type: 'alive', registrationId: id });
    }
  });
});

describe('liveness', () => {
  test('an attached instance is pinged three times a lease, heard or not', () => {
    const lab = new DispatchLab({ leaseTtlMs: 3_000 });
    const id = lab.attach('x');
    const pings: number[] = [];
    for (let now = 0; now < 6_000; now += 100) {
      if (effectsOf(lab.advance(100), 'ping').length > 0) pings.push(lab.now);
      lab.tell({ type: 'alive', registrationId: id });
    }
    expect(pings).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
  });

  test('one that is deaf holds nothing after a lease (invariant 4): its stream is closed, its work lost', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.add('r1/a');
    const settling = refIn(lab.add('r1/b'));
    lab.result(id, settling);
    const effects = lab.advance(5_000);
    expect(effectsOf(effects, 'close')).toMatchObject([{ registrationId: id, error: { id: 'TAU-1010' } }]);
    expect(effectsOf(effects, 'lost').map((effect) => effect.order.workId)).toEqual(['r1/a']);
    expect([lab.state.instances.size, lab.state.work.size]).toEqual([0, 0]);
    expect(lab.settled(id, settling), 'nobody is there to be told').toEqual([]);
  });

  test.each(['alive', 'leaving'] as const)('%s is a sign of life', (type) => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.advance(4_000);
    lab.tell({ type, registrationId: id });
    lab.advance(4_000);
    expect(lab.state.instances.has(id)).toBe(true);
  });

  test('a cut instance keeps its work as long as its lease, counted from its last frame', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.add('r1/a');
    lab.advance(3_000);
    lab.tell({ type: 'alive', registrationId: id });
    lab.advance(1_000);
    lab.tell({ type: 'cut', registrationId: id });
    expect(effectsOf(lab.advance(3_999), 'lost')).toEqual([]);
    const effects = lab.advance(1);
    expect(effectsOf(effects, 'lost').map((effect) => effect.order.workId)).toEqual(['r1/a']);
    expect(effectsOf(effects, 'close')).toEqual([]);
    expect(effectsOf(lab.hello(id), 'close')).toMatchObject([{ error: { id: 'TAU-3008' } }]);
  });

  test('a greeting in time saves the lease', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.tell({ type: 'cut', registrationId: id });
    lab.advance(4_999);
    lab.hello(id, [ref]);
    expect(effectsOf(lab.advance(4_000), 'lost')).toEqual([]);
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

test('an instance that leaves completes what it has', () => {
  const lab = new DispatchLab();
  const id = lab.attach('x', { items: 5 });
  const ref = refIn(lab.add('r1/a'));
  lab.tell({ type: 'leaving', registrationId: id });
  expect(sent(lab.add('r1/b'))).toEqual([]);
  expect(endings(lab.result(id, ref))).toEqual([['r1/a', 'ok', '', '']]);
});

test('an instance that has left and is cut is gone at once, and what it did not take up is lost', () => {
  const lab = new DispatchLab();
  const id = lab.attach('x', { items: 5 });
  lab.add('r1/a');
  const settling = refIn(lab.add('r1/b'));
  lab.result(id, settling);
  lab.tell({ type: 'leaving', registrationId: id });
  const effects = lab.tell({ type: 'cut', registrationId: id });
  expect(effectsOf(effects, 'lost').map((effect) => effect.order.workId)).toEqual(['r1/a']);
  expect([lab.state.instances.size, lab.state.work.size]).toEqual([0, 0]);
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

test('what is done is done: an outcome of any kind ends the attempt', () => {
  const lab = new DispatchLab();
  const id = lab.attach('x');
  const outcomes: Outcome[] = [
    done,
    { kind: 'cancelled', reason: 'stopped' },
    { kind: 'inputRequired', question: 'really?' },
  ];
  const kinds = outcomes.map(
    (outcome, index) => effectsOf(lab.result(id, refIn(lab.add(`r1/${index}`)), outcome), 'settle')[0]?.outcome.kind,
  );
  expect(kinds).toEqual(['ok', 'cancelled', 'inputRequired']);
});
