import { errorData, regionId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { DispatchLab, done, endings, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';

const bulkhead = { policy: { bulkhead: { key: 'db', max: 1 } } };

describe('a bulkhead', () => {
  test('lets as many in as it says; the others wait in no queue, and take no credit', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x', { items: 2 });
    const ref = refIn(lab.add('r1/a', bulkhead));
    expect(sent(lab.add('r1/b', bulkhead))).toEqual([]);
    expect(lab.state.work.get('r1/b')?.phase).toBe('gated');
    expect(sent(lab.add('r1/c'))).toEqual([`r1/c@${id}`]);
    lab.credit(id, 1);
    expect(sent(lab.result(id, ref))).toEqual([`r1/b@${id}`]);
  });

  test('counts for one session: another has its own', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.add('r1/a', bulkhead);
    expect(sent(lab.add('r2/a', { ...bulkhead, regionId: regionId('other') }))).toEqual([`r2/a@${id}`]);
  });

  test.each([
    ['withdrawn', (lab: DispatchLab) => lab.tell({ type: 'withdraw', workId: 'r1/a', reason: 'enough' })],
    [
      'lost',
      (lab: DispatchLab, id: string) => [...lab.tell({ type: 'cut', registrationId: id }), ...lab.advance(5_000)],
    ],
  ])('lets the next one go when the one before is %s', (_how, leave) => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.add('r1/a', bulkhead);
    lab.add('r1/b', bulkhead);
    leave(lab, id);
    lab.attach('y');
    expect(lab.state.work.get('r1/b')?.phase).toBe('leased');
  });

  test('refuses those for whom there is no room to wait, as not done', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    const narrow = { policy: { bulkhead: { key: 'db', max: 1, waitingMax: 1 } } };
    lab.add('r1/a', narrow);
    lab.add('r1/b', narrow);
    expect(endings(lab.add('r1/c', narrow))).toEqual([['r1/c', 'failed', 'TAU-1008', 'not-done']]);
    expect(lab.state.work.has('r1/c')).toBe(false);
  });

  test('is named by its key alone: the session is no business of who reads it', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    const narrow = { policy: { bulkhead: { key: 'db', max: 1, waitingMax: 0 } } };
    lab.add('r1/a', narrow);
    const messages = lab.add('r1/c', narrow).map((effect) => JSON.stringify(effect));
    expect(messages.join()).toContain('the bulkhead \\"db\\"');
  });

  test('waits no longer than the deadline of the work', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    lab.add('r1/a', bulkhead);
    lab.add('r1/b', { ...bulkhead, deadlineMs: 500 });
    lab.tell({ type: 'alive', registrationId: id });
    expect(endings(lab.advance(500))).toEqual([['r1/b', 'failed', 'TAU-3002', 'not-done']]);
    expect([lab.state.gated.size, lab.state.work.size]).toEqual([0, 1]);
  });

  test('a paused run gives its place in the line up', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a', bulkhead));
    lab.add('r2/b', bulkhead);
    lab.tell({ type: 'hold', runId: 'r2' });
    expect(lab.state.gated.size).toBe(0);
    expect(sent(lab.finish(id, ref))).toEqual([]);
    expect(sent(lab.add('r2/b', bulkhead))).toEqual([`r2/b@${id}`]);
  });
});

test('a rate lets the others go as time passes, after a backoff too', () => {
  const lab = new DispatchLab();
  const id = lab.attach('x');
  const policy = { rate: { key: 'api', max: 2, perMs: 1_000 } };
  expect(sent(lab.add('r1/a', { policy }))).toHaveLength(1);
  expect(sent(lab.add('r1/b', { policy, notBeforeMs: 100 }))).toEqual([]);
  expect(sent(lab.add('r1/c', { policy }))).toHaveLength(1);
  expect(sent(lab.advance(999))).toEqual([]);
  lab.tell({ type: 'alive', registrationId: id });
  expect(sent(lab.advance(1))).toEqual([`r1/b@${id}`]);
});

test('a breaker refuses after failures in a row, and lets one try after a while', () => {
  const lab = new DispatchLab({ leaseTtlMs: 1_000_000 });
  const id = lab.attach('x');
  const policy = { breaker: { key: 'api', failuresMax: 2, openMs: 1_000 } };
  for (const work of ['r1/a', 'r1/b']) {
    const ref = refIn(lab.add(work, { policy }));
    lab.result(id, ref, { kind: 'failed', error: errorData('UNREACHABLE', 'down') });
    lab.settled(id, ref);
  }
  expect(endings(lab.add('r1/c', { policy }))).toEqual([['r1/c', 'failed', 'TAU-3009', 'not-done']]);
  expect(endings(lab.add('r1/d', { policy, redelivered: true }))).toEqual([['r1/d', 'unknown', 'TAU-3009', 'unknown']]);
  lab.advance(1_000);
  const ref = refIn(lab.add('r1/e', { policy }));
  lab.result(id, ref, done);
  lab.settled(id, ref);
  expect(sent(lab.add('r1/f', { policy }))).toHaveLength(1);
});

test('after a restart, work that its holder has had all along goes on, and is not counted', () => {
  const lab = new DispatchLab({}, false);
  const held = lab.register('x');
  const ref = { workId: 'r1/a', attempt: 1, fence: 7 };
  for (const work of ['r1/a', 'r1/b'])
    lab.tell({ type: 'recover', order: order(work, { ...bulkhead, redelivered: true }) });
  lab.tell({ type: 'recovered', epoch: 2 });
  lab.hello(held, [ref]);
  lab.credit(held, 5);
  expect(lab.state.work.get('r1/a')?.phase).toBe('leased');
  lab.tell({ type: 'alive', registrationId: held });
  expect(sent(lab.advance(5_000))).toEqual([`r1/b@${held}`]);
});
