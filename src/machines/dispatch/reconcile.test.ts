import { describe, expect, test } from 'vitest';
import { DispatchLab, done, effectsOf, order, refIn, sent } from '../../../test/lab/dispatch-lab.js';
import type { DispatchEffect } from './signals.js';
import type { WorkRef } from './state.js';

function welcomeIn(effects: readonly DispatchEffect[]) {
  const [welcome, ...others] = effectsOf(effects, 'welcome');
  if (welcome === undefined || others.length > 0) throw new Error('there was not one welcome');
  const { keep, abort, resend, forget } = welcome;
  return { keep, abort, resend, forget };
}

const nothing = { keep: [], abort: [], resend: [], forget: [] };

describe('after a cut', () => {
  test('what both sides have goes on; results that are still wanted are sent again', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const [runs, kept] = [refIn(lab.add('r1/a')), refIn(lab.add('r1/b'))];
    lab.tell({ type: 'cut', registrationId: id });
    expect(welcomeIn(lab.hello(id, [runs], [kept]))).toEqual({ ...nothing, keep: [runs], resend: [kept] });
    expect(effectsOf(lab.result(id, kept), 'settle')).toMatchObject([{ order: { workId: 'r1/b' }, outcome: done }]);
    expect(effectsOf(lab.result(id, runs), 'settle')).toMatchObject([{ order: { workId: 'r1/a' } }]);
  });

  test('what nobody waits for any more is aborted, or forgotten', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const [runs, kept] = [refIn(lab.add('r1/a')), refIn(lab.add('r1/b'))];
    lab.tell({ type: 'cut', registrationId: id });
    lab.tell({ type: 'withdraw', workId: 'r1/a', reason: 'cancelled' });
    lab.tell({ type: 'withdraw', workId: 'r1/b', reason: 'cancelled' });
    expect(welcomeIn(lab.hello(id, [runs], [kept]))).toEqual({ ...nothing, abort: [runs], forget: [kept] });
  });

  test('what was sent and never arrived is offered anew, under a new fence, and to whoever has credit', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const first = refIn(lab.add('r1/a'));
    lab.tell({ type: 'cut', registrationId: id });
    const other = lab.attach('y', { items: 0 });
    expect(welcomeIn(lab.hello(id))).toEqual(nothing);
    const again = lab.credit(other, 1);
    expect(sent(again)).toEqual([`r1/a@${other}`]);
    expect(refIn(again).fence).toBeGreaterThan(first.fence);
    expect(effectsOf(again, 'work')[0]?.redelivered).toBe(false);
    expect(effectsOf(lab.result(id, first), 'ack')).toMatchObject([{ verdict: 'stale' }]);
  });

  test('a result that arrived before the cut is with its region, and is not offered anew', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.result(id, ref);
    lab.tell({ type: 'cut', registrationId: id });
    expect(welcomeIn(lab.hello(id, [], [ref]))).toEqual({ ...nothing, resend: [ref] });
    lab.credit(id, 1);
    expect(lab.result(id, ref), 'its answer will do for both').toEqual([]);
    expect(effectsOf(lab.settled(id, ref), 'ack')).toMatchObject([{ ref, verdict: 'accepted' }]);
    expect(effectsOf(lab.result(id, ref), 'ack')).toMatchObject([{ verdict: 'duplicate' }]);
  });

  test('nor when the extension does not name it any more', () => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.result(id, ref);
    lab.hello(id);
    expect(sent(lab.credit(id, 1))).toEqual([]);
    expect(effectsOf(lab.settled(id, ref), 'ack')).toMatchObject([{ verdict: 'accepted' }]);
  });

  test.each<[string, (ref: WorkRef) => WorkRef]>([
    ['fence', (ref) => ({ ...ref, fence: ref.fence - 1 })],
    ['attempt', (ref) => ({ ...ref, attempt: ref.attempt + 1 })],
    ['work', (ref) => ({ ...ref, workId: 'r9/z' })],
  ])('a greeting with another %s claims nothing', (_what, other) => {
    const lab = new DispatchLab();
    const id = lab.attach('x');
    const ref = other(refIn(lab.add('r1/a')));
    lab.tell({ type: 'cut', registrationId: id });
    expect(welcomeIn(lab.hello(id, [ref]))).toEqual({ ...nothing, abort: [ref] });
  });

  test('an instance cannot claim what another one has', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    const thief = lab.register('y');
    expect(welcomeIn(lab.hello(thief, [ref]))).toEqual({ ...nothing, abort: [ref] });
  });
});

describe('after a restart of the kernel', () => {
  const ref = { workId: 'r1/a', attempt: 1, fence: 4_294_967_300 };

  test('a greeting with work in its hands waits until the journal was read', () => {
    const lab = new DispatchLab({}, false);
    const id = lab.register('x');
    expect(lab.hello(id, [ref])).toEqual([]);
    lab.credit(id, 10);
    lab.tell({ type: 'recover', order: order('r1/a', { redelivered: true }) });
    const effects = lab.tell({ type: 'recovered', epoch: 2 });
    expect(welcomeIn(effects)).toEqual({ ...nothing, keep: [ref] });
    expect(sent(effects)).toEqual([]);
    expect(effectsOf(lab.result(id, ref), 'settle')).toMatchObject([{ from: { registrationId: id, ref } }]);
  });

  test('one with empty hands is welcomed at once', () => {
    const lab = new DispatchLab({}, false);
    expect(welcomeIn(lab.hello(lab.register('x')))).toEqual(nothing);
  });

  test('a cut takes a waiting greeting back', () => {
    const lab = new DispatchLab({}, false);
    const id = lab.register('x');
    lab.hello(id, [ref]);
    lab.tell({ type: 'cut', registrationId: id });
    lab.tell({ type: 'recover', order: order('r1/a') });
    expect(effectsOf(lab.tell({ type: 'recovered', epoch: 2 }), 'welcome')).toEqual([]);
  });

  test('what was found in the journal waits for its holder as long as a lease, then it is offered', () => {
    const lab = new DispatchLab();
    const id = lab.attach('y');
    lab.tell({ type: 'recover', order: order('r1/a', { redelivered: true }) });
    for (let waited = 0; waited < 4_000; waited += 1_000) {
      expect(sent(lab.advance(1_000))).toEqual([]);
      lab.tell({ type: 'alive', registrationId: id });
    }
    const offered = lab.advance(1_000);
    expect(effectsOf(offered, 'work')).toMatchObject([{ redelivered: true, registrationId: id }]);
  });

  test('a holder that comes late still gets what nobody was given yet', () => {
    const lab = new DispatchLab();
    lab.tell({ type: 'recover', order: order('r1/a') });
    lab.advance(6_000);
    expect(lab.state.work.get('r1/a')?.phase).toBe('queued');
    const id = lab.register('x');
    expect(welcomeIn(lab.hello(id, [], [ref]))).toEqual({ ...nothing, resend: [ref] });
  });

  test('what a holder claims binds its sticky key', () => {
    const lab = new DispatchLab();
    const offers = { 'do@v1': 'sticky' } as const;
    lab.attach('y', { offers });
    lab.tell({ type: 'recover', order: order('r1/a', { stickyKey: 'k' }) });
    const id = lab.register('x', { offers });
    lab.hello(id, [ref]);
    lab.credit(id, 1);
    expect(sent(lab.add('r1/b', { stickyKey: 'k' }))).toEqual([`r1/b@${id}`]);
  });

  test('a retry that waits for its moment waits, however soon the journal is read', () => {
    const lab = new DispatchLab();
    lab.attach('x', { items: 5 });
    lab.tell({ type: 'recover', order: order('r1/a', { notBeforeMs: 60_000 }) });
    expect(lab.state.work.get('r1/a')?.phase).toBe('delayed');
    expect(lab.state.workDeadlines.next()).toBe(60_000);
  });
});
