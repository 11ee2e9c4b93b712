import { describe, expect, test } from 'vitest';
import { scheduleLanguage } from '../../src/schedule/language.js';
import { MISSED_COUNTED_MAX } from '../../src/schedule/time-flow.js';
import { ProgramDrive } from '../support/program-drive.js';

const START = Date.parse('2026-01-01T00:00:00Z');
const HOUR = 3_600_000;

function schedule(more: object) {
  const definition = { name: 's', start: { definition: 'd' }, when: [{ everyMs: 1_000 }], ...more };
  return new ProgramDrive(scheduleLanguage, definition, START).begin();
}

type Drive = ReturnType<typeof schedule>;

/** Lets each run that is started end at once, for so long. */
function go(drive: Drive, ms: number): Drive {
  const end = drive.now + ms;
  for (;;) {
    for (const call of [...drive.calls.keys()]) drive.settle(call);
    const next = drive.nextDeadline;
    if (next === undefined || next > end) return drive.advanceTo(end);
    drive.advanceTo(next);
  }
}

const missedIn = (drive: Drive): readonly number[] =>
  drive.events.flatMap((event) => (event.type === 'Missed' ? [event.count] : []));

describe('no more than occurrencesMax come', () => {
  test.each([1_500, 2_000, 1_000, 1_001])('after an absence in which %i were over long ago', (occurrencesMax) => {
    const drive = schedule({ occurrencesMax, catchUpWindowMs: 0 }).away(5 * HOUR);
    expect(go(drive, HOUR).outcome).toMatchObject({ kind: 'ok', output: { started: 1, missed: occurrencesMax - 1 } });
    expect(Math.max(...missedIn(drive))).toBeLessThanOrEqual(MISSED_COUNTED_MAX);
  });

  test('after an absence that ends before the last', () => {
    const drive = schedule({ occurrencesMax: 20_000, catchUpWindowMs: 0 });
    const { counts } = go(drive, 0).away(5 * HOUR).state;
    expect(counts.missed + counts.started + counts.skipped).toBe(18_001);
    expect(go(drive, HOUR).outcome).toMatchObject({ output: { started: 2_001, skipped: 1, missed: 17_998 } });
  });

  test('after a pause, in which each counts, whether it is late or not', () => {
    const drive = schedule({ occurrencesMax: 5_000 });
    go(drive, 0).tell({ op: 'pause' }).away(HOUR).tell({ op: 'resume' });
    // One decision counts no more than the bound; the others follow at once.
    expect(missedIn(drive)).toEqual([MISSED_COUNTED_MAX]);
    expect(drive.restart().advance(0).state).toMatchObject({ taken: 3_601, counts: { started: 1, missed: 3_600 } });
    expect(go(drive, HOUR).outcome).toMatchObject({ output: { started: 1_400, missed: 3_600 } });
  });

  test('also when it is paused again before all is counted', () => {
    const drive = schedule({ occurrencesMax: 5_000 });
    go(drive, 0).tell({ op: 'pause' }).away(HOUR).tell({ op: 'resume' }).tell({ op: 'pause' });
    drive.away(HOUR / 4).tell({ op: 'resume' });
    expect(go(drive, HOUR).outcome).toMatchObject({ output: { started: 500, missed: 4_500 } });
  });
});

test('a decision counts missed ones up to the bound, and jumps over the others where they need not be counted', () => {
  const drive = schedule({ catchUpWindowMs: 0 }).away(5 * HOUR);
  expect(missedIn(drive)).toEqual([MISSED_COUNTED_MAX]);
});

describe('triggers', () => {
  const keyOf = (runId: string, more: object): string => {
    const definition = { name: 's', start: { definition: 'd' }, when: [{ everyMs: HOUR }], paused: true, ...more };
    const { program } = scheduleLanguage;
    const now = START as never;
    let state = program.initial(definition, { runId, sessionId: 'x', input: {}, startedAt: now } as never);
    const { events } = program.decide(definition, state, { type: 'message', content: { op: 'trigger' } }, now);
    for (const event of events) state = program.evolve(definition, state, event);
    return Object.values(state.open)[0]?.key ?? '';
  };

  test('of two runs with one id have keys of their own, in the same millisecond, too', () => {
    expect(keyOf('run-1', { id: 'nightly' })).toBe('nightly@2026-01-01T00:00:00Z+run-1.1');
    expect(keyOf('run-2', { id: 'nightly' })).toBe('nightly@2026-01-01T00:00:00Z+run-2.1');
    expect(keyOf('run-1', {})).toBe('run-1@2026-01-01T00:00:00Z+1');
  });
});
