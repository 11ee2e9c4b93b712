import { expect, test } from 'vitest';
import { bound, event, RegionLab, refusal, replyOf, request } from '../../../test/lab/region-lab.js';

const DAY_MS = 24 * 3_600_000;

test('a run starts with what its request says', () => {
  const lab = RegionLab.open();
  lab.advance(500);
  lab.script('r1', [{ call: { id: 'a' } }], {
    event: event('e1'),
    input: { n: 1 },
    budget: { callsMax: 3 },
    priority: 2,
    fairnessKey: 'team',
    timeoutMs: 10_000,
    principal: { id: 'ann' },
    traceparent: '00-1',
    cause: 'e1',
  });
  expect(lab.run('r1')).toMatchObject({
    begin: { runId: 'r1', sessionId: 'lab', input: { n: 1 }, event: { id: 'e1' }, startedAt: 1_500 },
    phase: 'running',
    budget: { callsMax: 3 },
    priority: 2,
    fairnessKey: 'team',
    deadlineMs: 11_500,
    principal: { id: 'ann' },
    traceparent: '00-1',
    cause: 'e1',
    firstSeq: 3,
    lastSeq: 4,
  });
});

test('a run that says nothing gets priority 5, its session as fairness key, and the longest life', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }]);
  expect(lab.run('r1')).toMatchObject({ priority: 5, fairnessKey: 'lab', budget: {}, deadlineMs: 1_000 + 35 * DAY_MS });
});

test('no run lives longer than the limit, whatever it asks for', () => {
  const lab = RegionLab.open({ runTimeoutMs: 60_000 });
  lab.script('r1', [{ call: { id: 'a' } }], { timeoutMs: 100_000 });
  expect(lab.run('r1')?.deadlineMs).toBe(61_000);
});

test('deadlines are whole milliseconds, whatever fraction is asked for', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a', timeoutMs: 0.6 } }], { timeoutMs: 1.5 });
  expect(lab.run('r1')?.deadlineMs).toBe(1_002);
  expect(lab.run('r1')?.calls.get('a')?.deadlineMs).toBe(1_001);
});

test('a definition is bound to the region once for all runs of it', () => {
  const lab = RegionLab.open();
  expect(lab.script('r1', []).types).toContain('definition.adopted');
  expect(lab.script('r2', []).types).not.toContain('definition.adopted');
  expect(lab.script('r3', [{ waitMs: 1 }]).types).toContain('definition.adopted');
  expect(lab.state.adopted.size).toBe(2);
});

test('a start key that is known finds the first run, even after its end (invariant 5)', () => {
  const lab = RegionLab.open();
  lab.script('r1', [], { startKey: 'k' });
  expect(lab.outcome('r1')?.kind).toBe('ok');
  const again = lab.script('r2', [{ call: { id: 'a' } }], { startKey: 'k' });
  expect(again.types).toEqual([]);
  expect(replyOf(again)).toMatchObject({ ok: true, runId: 'r1', fresh: false });
  expect(replyOf(lab.script('r3', [], { startKey: 'other' }))).toMatchObject({ runId: 'r3', fresh: true });
});

test('runs in progress are limited; those that ended do not count', () => {
  const lab = RegionLab.open({ runsMax: 1 });
  lab.script('r1', [{ call: { id: 'a' } }]);
  const refused = lab.script('r2', []);
  expect(refusal(refused)).toBe('TAU-1007');
  lab.settle('r1/a');
  expect(refusal(lab.script('r2', []))).toBeUndefined();
});

test('a program that cannot even begin is refused, and leaves no trace', () => {
  const lab = RegionLab.open();
  const before = lab.state;
  const start = request('r1', bound('throwing', { in: 'initial' }));
  expect(() => lab.tell({ type: 'startRun', request: start })).toThrow('no beginning');
  expect(lab.state).toBe(before);
});
