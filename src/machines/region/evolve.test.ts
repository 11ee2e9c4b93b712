import { type Hlc, instant, regionId, runId } from 'tau-core';
import { expect, test } from 'vitest';
import { event, RegionLab } from '../../../test/lab/region-lab.js';
import type { RegionEvent, RegionEventBody } from './events.js';
import { DEAD_LETTERS, ENDED_RUNS } from './limits.js';
import { regionImage } from './snapshot.js';
import type { RegionState } from './state.js';

const at = (seq: number, body: RegionEventBody): RegionEvent => ({ seq, hlc: { wallMs: seq, counter: 0 }, body });

test('every event moves the region to its place, those about runs that are not there too', () => {
  const { machine } = new RegionLab();
  const strangers: RegionEventBody[] = [
    { type: 'run.paused', runId: runId('r9'), prev: 0 },
    { type: 'run.ended', runId: runId('r9'), prev: 0, outcome: { kind: 'ok', output: null } },
    {
      type: 'run.advanced',
      runId: runId('r9'),
      prev: 0,
      input: { type: 'begin' },
      events: [],
      calls: [],
      cancelled: [],
    },
    { type: 'context.added', context: [] },
    { type: 'session.deleted' },
    { type: 'an.event.of.tomorrow' } as unknown as RegionEventBody,
  ];
  const initial = machine.initial(regionId('lab'));
  for (const body of strangers) {
    const after = machine.evolve(initial, at(7, body));
    expect(regionImage(after)).toEqual({ ...regionImage(initial), seq: 7, hlc: { wallMs: 7, counter: 0 } });
  }
});

test('an event of tomorrow about a run keeps its chain, and changes nothing else', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }]);
  const tomorrow = { type: 'run.renamed', runId: 'r1', prev: 4 } as unknown as RegionEventBody;
  const after = lab.machine.evolve(lab.state, at(5, tomorrow));
  expect(after.runs.get('r1')).toEqual({ ...lab.run('r1'), lastSeq: 5 });
});

test('evolve leaves the state that it was given as it was', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }]);
  const before = lab.state;
  const image = JSON.stringify(regionImage(before));
  lab.settle('r1/a');
  lab.publish(event('e1'));
  expect(JSON.stringify(regionImage(before))).toBe(image);
});

test('an event that is decided while the clock goes back is stamped after the one before it', () => {
  const lab = RegionLab.open();
  const stamps: Hlc[] = [];
  for (const now of [2_000, 1_500, 1_999, 2_000, 2_001]) {
    lab.now = instant(now);
    stamps.push(...lab.publish(event(`e${now}${stamps.length}`)).events.map((item) => item.hlc));
  }
  expect(stamps.map(({ wallMs, counter }) => `${wallMs}.${counter}`)).toEqual([
    '2000.0',
    '2000.1',
    '2000.2',
    '2000.3',
    '2001.0',
  ]);
});

/** A region through which many runs went, by their events alone. */
function withRuns(count: number): RegionState {
  const lab = RegionLab.open();
  lab.script('r0', [{ call: { id: 'a' } }]);
  const started = lab.events.find(({ body }) => body.type === 'run.started');
  if (started?.body.type !== 'run.started') throw new Error('no run was started');
  let state = lab.state;
  for (let run = 1; run <= count; run += 1) {
    const id = runId(`r${run}`);
    state = lab.machine.evolve(state, at(state.seq + 1, { ...started.body, runId: id }));
    state = lab.machine.evolve(
      state,
      at(state.seq + 1, { type: 'run.ended', runId: id, prev: state.seq, outcome: { kind: 'ok', output: null } }),
    );
  }
  return state;
}

test('the newest ended runs stay listed, in the order of their ends; the total counts them all', () => {
  const state = withRuns(ENDED_RUNS + 2_500);
  const listed = [...state.ended.keys()];
  expect(listed.length).toBeGreaterThanOrEqual(ENDED_RUNS);
  expect(listed.length).toBeLessThanOrEqual(ENDED_RUNS * 1.1);
  expect(listed.at(-1)).toBe(`r${ENDED_RUNS + 2_500}`);
  expect(listed[0]).toBe(`r${ENDED_RUNS + 2_501 - listed.length}`);
  expect(state.runsTotal).toBe(ENDED_RUNS + 2_501);
});

test('the newest dead letters stay listed', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }]);
  const error = { code: 'internal', id: 'x', message: '', outcome: 'unknown', retryable: true } as const;
  let state = lab.state;
  for (let letter = 0; letter < DEAD_LETTERS + 10; letter += 1) {
    const input = { type: 'callSettled', callId: 'a' as never, outcome: { kind: 'failed', error } } as const;
    state = lab.machine.evolve(
      state,
      at(state.seq + 1, {
        type: 'run.advanced',
        runId: runId('r1'),
        prev: 0,
        input,
        events: [],
        calls: [],
        cancelled: [],
        dead: error,
      }),
    );
  }
  expect(state.deadLetters).toHaveLength(DEAD_LETTERS);
  expect(state.deadLetters.at(-1)?.seq).toBe(state.seq);
});
