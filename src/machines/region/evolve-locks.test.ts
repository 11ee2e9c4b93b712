import { runId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { RegionLab, refusal } from '../../../test/lab/region-lab.js';
import { LOCK_NEWS_MAX } from './limits.js';
import { recoveryEffects } from './order-work.js';

const claims = [{ lock: 'l' }];

describe('locks', () => {
  test('a run that ends gives all its locks back, held and waited for', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', {
      begin: [
        { lock: 'a', key: 'x' },
        { lock: 'b', key: 'y' },
      ],
    });
    lab.obedient('r2', {
      begin: [
        { lock: 'a', key: 'x' },
        { lock: 'b', key: 'z' },
      ],
    });
    lab.obedient('r3', { begin: [{ lock: 'a', key: 'z' }] });
    lab.cancel('r2', true);
    expect(lab.run('r3')?.program).toMatchObject({ heard: ['begin', 'a lockGranted'] });
    lab.cancel('r1', true);
    lab.cancel('r3', true);
    expect(lab.state.locks).toEqual({});
  });

  test('a program that claims under a name in use has a bug; one that releases what it has not, has none', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ unlock: 'nothing' }, { lock: 'a' }, { lock: 'a' }] });
    expect(lab.outcome('r1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-9001' } });
    lab.obedient('r2', { begin: [{ lock: 'a' }], 'lockGranted a': [{ unlock: 'a' }, { lock: 'a' }, { unlock: 'a' }] });
    expect(lab.run('r2')?.locks).toBeUndefined();
  });

  test('a run that ends in the decision in which it claims takes the lock from nobody', () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: claims });
    lab.obedient('r2', { begin: [{ lock: 'l', preempt: true }, { finish: null }] });
    expect(lab.run('r1')?.program).toMatchObject({ heard: ['begin', 'l lockGranted'] });
  });

  test('programs that hand a lock on for ever are told in bounded decisions, one after another', () => {
    const lab = RegionLab.open();
    const rules = { begin: claims, 'lockGranted l': [{ unlock: 'l' }, { lock: 'l' }] };
    const told = lab.obedient('r1', rules);
    expect(told.types.filter((type) => type === 'run.advanced')).toHaveLength(1 + LOCK_NEWS_MAX);
    expect(told.effects.at(-1)).toEqual({ type: 'tellLocks', regionId: 'lab' });
    expect(recoveryEffects(lab.state)).toEqual([{ type: 'tellLocks', regionId: 'lab' }]);
    const more = lab.tell({ type: 'tellLocks' });
    expect(more.types).toHaveLength(LOCK_NEWS_MAX);
    expect(refusal(lab.cancel('r1', true))).toBeUndefined();
    expect(lab.tell({ type: 'tellLocks' }).types).toEqual([]);
  });

  test('a deleted session ends its runs without handing their locks from one to the next', () => {
    const lab = RegionLab.open();
    for (const id of ['r1', 'r2', 'r3']) lab.obedient(id, { begin: claims });
    const told = lab.tell({ type: 'deleteSession' });
    expect(told.types).toEqual(['run.ended', 'run.ended', 'run.ended', 'session.deleted']);
    expect([lab.state.locks, lab.state.lockNews]).toEqual([{}, []]);
  });

  test("a fork's claim preempts nobody, and has its own place in the line", () => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ lock: 'l', preempt: true }] });
    const source = lab.run('r1');
    if (source === undefined) throw new Error('r1 is not in progress');
    const waiting = { ...source, locks: source.locks?.map((lock) => ({ ...lock, granted: false })) ?? [] };
    lab.tell({ type: 'forkRun', runId: runId('r2'), source: waiting });
    expect(lab.run('r1')?.program).toMatchObject({ heard: ['begin', 'l lockGranted'] });
    lab.cancel('r1', true);
    expect(lab.run('r2')?.program).toMatchObject({ heard: ['begin', 'l lockGranted', 'l lockGranted'] });
    expect(lab.state.locks['l']?.held).toMatchObject([{ runId: 'r2', fairnessKey: 'r2' }]);
  });
});
