import { describe, expect, test } from 'vitest';
import { DispatchLab, effectsOf, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';
import { STICKY_MAX } from './state.js';

const FRAME = 256;

describe('credit', () => {
  test('work waits for credit, and goes out as soon as there is some', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 1 });
    expect(sent(lab.add('r1/a'))).toEqual([`r1/a@${id}`]);
    expect(sent([...lab.add('r1/b'), ...lab.add('r1/c')])).toEqual([]);
    expect(sent(lab.credit(id, 2))).toEqual([`r1/b@${id}`, `r1/c@${id}`]);
  });

  test('bytes count as items do: large work waits, small work goes by', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 10, bytes: 2 * FRAME + 10 });
    expect(sent(lab.add('r1/large', { inputJson: 'x'.repeat(FRAME + 100) }))).toEqual([]);
    expect(sent(lab.add('r1/small', { inputJson: '{}', answerJson: '""' }))).toEqual([`r1/small@${id}`]);
    // Of 522 bytes the small one took 260; the large one needs 612.
    expect(sent(lab.credit(id, 0, 349))).toEqual([]);
    expect(sent(lab.credit(id, 0, 1))).toEqual([`r1/large@${id}`]);
  });

  test('nothing is sent to an instance that was not welcomed, or is leaving', () => {
    const lab = new DispatchLab();
    const id = lab.register('x');
    lab.credit(id, 10);
    expect(sent(lab.add('r1/a'))).toEqual([]);
    lab.hello(id);
    lab.tell({ type: 'leaving', registrationId: id });
    expect(sent(lab.credit(id, 10))).toEqual([]);
  });

  test('credit belongs to a stream: a greeting begins it anew', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 5 });
    lab.hello(id);
    expect(sent(lab.add('r1/a'))).toEqual([]);
    expect(sent(lab.credit(id, 0, 1_000_000))).toEqual([]);
    expect(sent(lab.credit(id, 1, 0))).toEqual([`r1/a@${id}`]);
    lab.hello(id, [{ workId: 'r1/a', attempt: 1, fence: lab.state.work.get('r1/a')?.fence ?? 0 }]);
    lab.add('r1/b');
    expect(sent(lab.credit(id, 1, 0))).toEqual([]);
    expect(sent(lab.credit(id, 0, 1_000))).toEqual([`r1/b@${id}`]);
  });
});

describe('choice', () => {
  test('the instance with the least in its hands is chosen, the longest registered of equals', () => {
    const lab = new DispatchLab();
    const [a, b] = [lab.attach('a'), lab.attach('b')];
    expect(['r1/a', 'r1/b', 'r1/c', 'r1/d'].flatMap((work) => sent(lab.add(work)))).toEqual([
      `r1/a@${a}`,
      `r1/b@${b}`,
      `r1/c@${a}`,
      `r1/d@${b}`,
    ]);
  });

  test('only an instance that offers the capability is chosen', () => {
    const lab = new DispatchLab();
    lab.attach('a', { offers: { 'other@v1': 'any' } });
    const b = lab.attach('b', { offers: { 'other@v1': 'any', 'do@v1': 'any' } });
    expect(sent(lab.add('r1/a'))).toEqual([`r1/a@${b}`]);
  });

  test('fences grow with every dispatch, and with the epoch beyond all of the epochs before', () => {
    const lab = new DispatchLab({}, false);
    const id = lab.attach('x');
    const early = refIn(lab.add('r1/a')).fence;
    lab.tell({ type: 'recovered', epoch: 7 });
    const [first, second] = [refIn(lab.add('r1/b')).fence, refIn(lab.add('r1/c')).fence];
    lab.finish(id, { workId: 'r1/b', attempt: 1, fence: first });
    expect([early < 2 ** 32, first > 7 * 2 ** 32, second - first, first < 8 * 2 ** 32]).toEqual([true, true, 1, true]);
  });
});

describe('queues', () => {
  test('priorities go first, then keys take turns', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 0 });
    for (const call of ['1', '2', '3']) lab.add(`r1/${call}`, { fairnessKey: 'busy' });
    lab.add('r2/1', { fairnessKey: 'rare' });
    lab.add('r3/1', { fairnessKey: 'busy', priority: 0 });
    const works = sent(lab.credit(id, 10)).map((work) => work.split('@')[0]);
    expect(works).toEqual(['r3/1', 'r1/1', 'r2/1', 'r1/2', 'r1/3']);
  });

  test('capabilities take turns: a busy one does not starve the others', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 0, offers: { 'do@v1': 'any', 'rare@v1': 'any' } });
    for (const call of ['1', '2', '3']) lab.add(`r1/${call}`);
    lab.add('r2/1', { capability: 'action:rare@v1' });
    expect([1, 2, 3, 4].flatMap(() => sent(lab.credit(id, 1)).map((work) => work.split('@')[0]))).toEqual([
      'r1/1',
      'r2/1',
      'r1/2',
      'r1/3',
    ]);
  });

  test('what has passed its deadline is not sent any more', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 0 });
    lab.add('r1/a', { deadlineMs: 100 });
    lab.now = 100 as never;
    const effects = lab.credit(id, 1);
    expect(sent(effects)).toEqual([]);
    expect(effectsOf(effects, 'settle')).toMatchObject([
      { outcome: { kind: 'failed', error: { id: 'TAU-3002', outcome: 'not-done' } } },
    ]);
    expect(sent(lab.add('r1/b', { deadlineMs: 100 }))).toEqual([]);
  });
});

describe('sticky routing', () => {
  const sticky = { offers: { 'do@v1': 'sticky' } } as const;

  test('work with one key goes to one instance; keys are spread over the instances', () => {
    const lab = new DispatchLab();
    const [a, b] = [lab.attach('a', sticky), lab.attach('b', sticky)];
    const works = ['k1', 'k2', 'k1', 'k2', 'k1'].flatMap((stickyKey, index) =>
      sent(lab.add(`r1/${index}`, { stickyKey })),
    );
    expect(works).toEqual([`r1/0@${a}`, `r1/1@${b}`, `r1/2@${a}`, `r1/3@${b}`, `r1/4@${a}`]);
  });

  test('work waits for its instance while that is busy, or away for a moment', () => {
    const lab = new DispatchLab();
    const a = lab.attach('a', { ...sticky, items: 1 });
    lab.add('r1/1', { stickyKey: 'k' });
    lab.attach('b', sticky);
    expect(sent(lab.add('r1/2', { stickyKey: 'k' }))).toEqual([]);
    lab.tell({ type: 'cut', registrationId: a });
    expect(sent(lab.add('r1/3', { stickyKey: 'k' }))).toEqual([]);
  });

  test.each<[string, (lab: DispatchLab, id: string) => unknown]>([
    ['leaves', (lab, id) => lab.tell({ type: 'leaving', registrationId: id })],
    ['dies', (lab, id) => lab.tell({ type: 'cut', registrationId: id })],
    ['is replaced', (lab) => lab.register('a', { ...sticky, incarnation: '2' })],
  ])('when the instance %s, what waits for it goes to another one at once', (how, happens) => {
    const lab = new DispatchLab();
    const a = lab.attach('a', { ...sticky, items: 1 });
    const first = refIn(lab.add('r1/1', { stickyKey: 'k' }));
    const b = lab.attach('b', sticky);
    lab.add('r1/2', { stickyKey: 'k' });
    lab.finish(a, first);
    lab.now = 4_000 as never;
    lab.tell({ type: 'alive', registrationId: b });
    happens(lab, a);
    const effects = how === 'dies' ? lab.advance(2_000) : [];
    expect(
      sent(effects).length + [...lab.state.work.values()].filter((work) => work.holder?.registrationId === b).length,
    ).toBeGreaterThan(0);
    expect(lab.state.work.get('r1/2')?.holder?.registrationId).toBe(b);
  });

  test('without a key anybody gets it', () => {
    const lab = new DispatchLab();
    const [a, b] = [lab.attach('a', sticky), lab.attach('b', sticky)];
    expect([...sent(lab.add('r1/1')), ...sent(lab.add('r1/2'))]).toEqual([`r1/1@${a}`, `r1/2@${b}`]);
  });

  test('keys are remembered up to a limit, the oldest is routed anew', () => {
    const lab = new DispatchLab();
    const id = lab.attach('a', { ...sticky, items: STICKY_MAX + 10, bytes: 1e9 });
    for (let key = 0; key < STICKY_MAX + 5; key += 1)
      lab.machine.decide({ type: 'add', order: order(`r1/${key}`, { stickyKey: `k${key}` }) }, lab.now);
    expect(lab.state.sticky.size).toBe(STICKY_MAX);
    expect(lab.state.sticky.has('action:do@v1 k4')).toBe(false);
    expect(lab.state.sticky.get('action:do@v1 k5')?.registrationId).toBe(id);
  });
});

describe('leader routing', () => {
  const leader = { offers: { 'do@v1': 'leader' } } as const;

  test('the longest registered instance gets all of it, even when others have nothing to do', () => {
    const lab = new DispatchLab();
    const a = lab.attach('a', { ...leader, items: 1 });
    lab.attach('b', leader);
    expect([...sent(lab.add('r1/1')), ...sent(lab.add('r1/2'))]).toEqual([`r1/1@${a}`]);
    expect(sent(lab.credit(a, 1))).toEqual([`r1/2@${a}`]);
  });

  test('when it leaves, the next one gets what waits, at once', () => {
    const lab = new DispatchLab();
    const a = lab.attach('a', { ...leader, items: 0 });
    const b = lab.attach('b', leader);
    lab.add('r1/1');
    expect(sent(lab.tell({ type: 'leaving', registrationId: a }))).toEqual([`r1/1@${b}`]);
  });
});
