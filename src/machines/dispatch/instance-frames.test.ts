import { errorData, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { DispatchLab, done, effectsOf, endings, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';

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
