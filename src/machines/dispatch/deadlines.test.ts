import { describe, expect, test } from 'vitest';
import { DispatchLab, effectsOf, endings, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';

const NO_PROVIDER = ['failed', 'TAU-3001', 'not-done'];
const LATE = ['failed', 'TAU-3002', 'not-done'];

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
