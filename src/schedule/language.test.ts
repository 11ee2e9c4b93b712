import fc from 'fast-check';
import { errorData, type Instant, instant, type Json, later } from 'tau-core';
import { describe, expect, test, vi } from 'vitest';
import { ProgramDrive } from '../../test/support/program-drive.js';
import { Calendar } from './calendar.js';
import { instantText, parseInstant } from './civil-time.js';
import type { OverlapPolicy, ScheduleDefinition, ScheduleMessage } from './definition.js';
import { OCCURRENCES_A_DECISION } from './draft.js';
import type { ScheduleEvent } from './event.js';
import { dueOf } from './jitter.js';
import { scheduleLanguage, scheduleProgram } from './language.js';
import { nextOccurrence } from './occurrences.js';
import { planOf } from './plan.js';
import type { ScheduleState } from './state.js';

const MINUTE = 60_000;
const START = parseInstant('2026-03-28T22:00:30Z') ?? instant(0);

type Drive = ProgramDrive<ScheduleDefinition, ScheduleState, ScheduleEvent>;

function driveOf(more: Partial<ScheduleDefinition> = {}): Drive {
  const definition = { name: 'x', start: { definition: 'd' }, when: [{ everyMs: MINUTE }], ...more };
  return new ProgramDrive(scheduleLanguage, definition as unknown as Json, START).begin();
}

function keysOf(drive: Drive): readonly string[] {
  return drive.asked.map(({ input }) => String(input['key']));
}

test('a decision sees to a bounded number, and the rest follows at once', () => {
  const drive = driveOf({ overlap: 'allow', runningMax: 1_000, catchUpWindowMs: 24 * 60 * MINUTE });
  drive.now = later(drive.now, 300 * MINUTE);
  drive.take({ type: 'deadline' });
  expect(drive.asked.length).toBe(OCCURRENCES_A_DECISION);
  expect(drive.nextDeadline).toBeLessThan(drive.now);
  drive.advance(0);
  expect(drive.asked.length).toBe(300);
});

test('two runs with one id ask for the same keys, so that a host starts each occurrence once', () => {
  const first = driveOf({ id: 'report' }).advance(3 * MINUTE);
  const second = driveOf({ id: 'report', overlap: 'allow' }).advance(3 * MINUTE);
  expect(keysOf(second)).toEqual(expect.arrayContaining([...keysOf(first)]));
});

test('a schedule goes over to another definition where it stands, and keeps what runs', () => {
  const drive = driveOf().advance(MINUTE);
  const parsed = scheduleLanguage.parse(
    JSON.stringify({ ...drive.definition, when: [{ everyMs: 10 * MINUTE }] }),
    'x.json',
  );
  if (!parsed.ok) throw new Error('refused');
  const migrated = scheduleProgram.migrate?.(drive.definition, parsed.definition, drive.state);
  if (migrated?.ok !== true) throw new Error('not migrated');
  expect(migrated.state.open).toEqual(drive.state.open);
  expect(scheduleProgram.nextDeadline(parsed.definition, migrated.state)).toBeLessThanOrEqual(drive.now);
  const { events } = scheduleProgram.decide(parsed.definition, migrated.state, { type: 'deadline' }, drive.now);
  expect(events).toEqual([
    { type: 'Planned', next: { kind: 'at', at: START + 9.5 * MINUTE, due: START + 9.5 * MINUTE } },
  ]);
  const renamed = { ...parsed.definition, id: 'other' };
  expect(scheduleProgram.migrate?.(drive.definition, renamed, drive.state).ok).toBe(false);
});

test('an occurrence tells the run when it is, and why', () => {
  const drive = driveOf({ start: { definition: 'd', input: { a: 1 }, sessionId: 's', timeoutMs: 5 } }).advance(MINUTE);
  expect(drive.asked[0]).toMatchObject({
    timeoutMs: 5,
    input: {
      definition: 'd',
      input: { a: 1 },
      sessionId: 's',
      wait: true,
      event: { type: 'tau.schedule.occurred', time: '2026-03-28T22:01:00Z' },
    },
  });
});

const BACKFILL: ScheduleMessage = { op: 'backfill', from: '2026-03-28T20:00:00Z', until: '2026-03-28T20:01:00Z' };

describe('while it is paused', () => {
  /** One that waits behind a run, and then a pause; the run ends. */
  function pausedWithOneWaiting(overlap: OverlapPolicy): Drive {
    const drive = driveOf({ overlap }).advance(2 * MINUTE);
    drive.tell({ op: 'pause' });
    const [first = ''] = drive.asked.map(({ callId }) => callId);
    drive.settle(first);
    expect(drive.calls.size).toBe(0);
    return drive;
  }

  test.each<OverlapPolicy>(['buffer-one', 'buffer-all'])(
    'what waits under %s holds up neither triggers nor backfills',
    (overlap) => {
      const drive = pausedWithOneWaiting(overlap);
      drive.tell({ op: 'trigger' });
      expect([...drive.calls.keys()]).toEqual(['trigger-1']);
      drive.settle('trigger-1').tell({ op: 'trigger', overlap: 'skip' });
      expect([...drive.calls.keys()]).toEqual(['trigger-2']);
      drive.settle('trigger-2').tell(BACKFILL).advance(0);
      expect([...drive.calls.keys()]).toEqual([expect.stringMatching(/^backfill-3-/)]);
      // What waited is still there, and starts when it goes on.
      for (let runs = 0; runs < 2; runs += 1) for (const call of [...drive.calls.keys()]) drive.settle(call).advance(0);
      expect(drive.calls.size).toBe(0);
      expect(drive.state.buffer).toHaveLength(1);
      drive.tell({ op: 'resume' });
      expect([...drive.calls.values()].map(({ input }) => input['key'])).toEqual(['run-1@2026-03-28T22:02:00Z']);
    },
  );
});

test('an occurrence that takes the place of the previous one leaves alone what nobody waits for', () => {
  const drive = driveOf({ overlap: 'cancel-previous' })
    .tell({ op: 'trigger', overlap: 'allow' })
    .advance(2 * MINUTE);
  expect([...drive.calls.keys()]).toEqual(['trigger-1', expect.stringMatching(/^at-/)]);
  expect(drive.state.counts).toMatchObject({ started: 3, cancelled: 1 });
});

test('runs that may overlap are waited for where one that fails is to pause the schedule', () => {
  const drive = driveOf({ overlap: 'allow', pauseOnFailure: true }).advance(2 * MINUTE);
  expect(drive.asked.map(({ input }) => input['wait'])).toEqual([true, true]);
  const error = errorData('STEP_FAILED', 'no');
  drive.settle(drive.asked[0]?.callId ?? '', { kind: 'failed', error }).advance(5 * MINUTE);
  expect(drive.state.paused).toBeDefined();
  expect(drive.asked).toHaveLength(2);
});

test('a calendar that takes out everything keeps no decision long, and the schedule does not stand still', () => {
  const drive = driveOf({
    ...{ when: [{ everyMs: 1_000 }], calendar: { exclude: [{ cron: '* * * * * *' }] } },
    ...{ occurrencesMax: 5, paused: true },
  });
  const searched = vi.spyOn(Calendar.prototype, 'excludes');
  drive.away(8 * 60 * MINUTE);
  drive.take({ type: 'message', content: { op: 'resume' } });
  expect(searched.mock.calls.length).toBeLessThan(30_000);
  drive.advance(0);
  expect(drive.state).toMatchObject({ counts: { missed: 0 } });
  expect(drive.state.missesTo).toBeUndefined();
  expect(drive.nextDeadline).toBeGreaterThan(drive.now);
  searched.mockRestore();
});

test('jitter that holds up the next occurrence makes it no late one', () => {
  const drive = driveOf({
    when: [{ everyMs: 10_000 }],
    jitterMs: MINUTE,
    catchUpWindowMs: 0,
    overlap: 'allow',
    runningMax: 500,
  });
  drive.advance(30 * MINUTE);
  expect(drive.state.counts).toMatchObject({ missed: 0 });
  expect(drive.asked.length).toBeGreaterThan(29 * 6);
});

describe('narrations', () => {
  test('say what starts, ends, is skipped and withdrawn', () => {
    const drive = driveOf({ overlap: 'cancel-previous' }).advance(2 * MINUTE);
    const [first = '', second = ''] = drive.asked.map(({ callId }) => callId);
    drive.settle(second);
    const said = drive.events.flatMap((event) => scheduleProgram.narrate?.(drive.definition, drive.state, event) ?? []);
    expect(said.map(({ at, kind }) => [at, kind])).toEqual([
      [first, 'started'],
      [first, 'cancelled'],
      [second, 'started'],
      [second, 'completed'],
    ]);
  });
});

type Act =
  | { readonly kind: 'advance' | 'away'; readonly ms: number }
  | { readonly kind: 'settle'; readonly pick: number; readonly ok: boolean }
  | { readonly kind: 'tell'; readonly message: ScheduleMessage }
  | { readonly kind: 'restart' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 40 * MINUTE }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('away' as const), ms: fc.integer({ min: 0, max: 600 * MINUTE }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), ok: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<ScheduleMessage>(
        { op: 'pause' },
        { op: 'resume' },
        { op: 'resume', makeUp: true },
        { op: 'trigger' },
        { op: 'trigger', overlap: 'allow' },
        { op: 'backfill', from: '2026-03-28T20:00:00Z', until: '2026-03-28T21:00:00Z' },
        { op: 'backfill', from: '2026-03-28T20:00:00Z', until: '2026-03-28T20:40:00Z', overlap: 'allow', again: 'b' },
      )
      .map((message) => ({ kind: 'tell' as const, message })),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

const definition: fc.Arbitrary<Partial<ScheduleDefinition>> = fc.record({
  when: fc.constantFrom<ScheduleDefinition['when']>(
    [{ everyMs: 7 * MINUTE }],
    [{ cron: '*/20 * * * *', zone: 'Europe/Berlin' }, { everyMs: 30 * MINUTE }],
    [{ cron: '30 0-4 * * *', zone: 'Europe/Berlin' }],
  ),
  overlap: fc.constantFrom<OverlapPolicy>('skip', 'buffer-one', 'buffer-all', 'cancel-previous', 'allow'),
  bufferMax: fc.constantFrom(1, 3, 100),
  runningMax: fc.constantFrom(1, 3, 100),
  catchUpWindowMs: fc.constantFrom(0, 30 * MINUTE, 300 * MINUTE),
  jitterMs: fc.constantFrom(0, 3 * MINUTE),
  paused: fc.boolean(),
  pauseOnFailure: fc.boolean(),
});

/** Everything that time has brought so far, by what became of it; what was missed once for each that is known to be. */
function seenByTime(
  drive: Drive,
): readonly { readonly from: Instant; readonly until: Instant; readonly count: number }[] {
  const buffered = new Set<string>();
  return drive.events.flatMap((event) => {
    if (event.type === 'Missed') return [event];
    if (event.type !== 'Started' && event.type !== 'Buffered' && event.type !== 'Skipped') return [];
    const { callId, cause, at } = event.start;
    if (cause !== 'time' || buffered.has(callId)) return [];
    buffered.add(callId);
    return [{ from: at, until: at, count: 1 }];
  });
}

function occurrencesUntil(drive: Drive, until: Instant): readonly Instant[] {
  const found: Instant[] = [];
  const plan = planOf(drive.definition);
  for (
    let next = nextOccurrence(plan, later(START, -1));
    next.kind === 'at' && next.at <= until;
    next = nextOccurrence(plan, next.at)
  ) {
    found.push(next.at);
  }
  return found;
}

test('whatever happens: each occurrence once, in order, none lost, nothing late within the window, all in bounds', () => {
  fc.assert(
    fc.property(definition, fc.array(act, { maxLength: 25 }), (more, acts) => {
      const drive = driveOf(more);
      const { catchUpWindowMs, jitterMs, bufferMax, runningMax } = planOf(drive.definition);
      for (const one of acts) {
        const before = drive.events.length;
        if (one.kind === 'advance') drive.advance(one.ms);
        else if (one.kind === 'away') drive.away(one.ms);
        else if (one.kind === 'restart') drive.restart();
        else if (one.kind === 'tell') drive.tell(one.message as unknown as Json).advance(0);
        else if (one.kind === 'settle') {
          const open = [...drive.calls.keys()];
          const call = open[one.pick % Math.max(open.length, 1)];
          const failed = { kind: 'cancelled' as const, reason: 'gone' };
          if (call !== undefined) drive.settle(call, one.ok ? { kind: 'ok', output: null } : failed).advance(0);
        }
        for (const event of drive.events.slice(before)) {
          if (event.type !== 'Missed' || event.reason !== 'late') continue;
          expect(dueOf(drive.state.id, event.until, jitterMs)).toBeLessThan(drive.now - catchUpWindowMs);
        }
        // A trigger that somebody asked for, and a backfill's one, may run beside.
        expect(Object.keys(drive.state.open).length).toBeLessThanOrEqual(runningMax + acts.length);
        expect(drive.state.buffer.length).toBeLessThanOrEqual(Math.max(bufferMax, 1));
        expect(Object.keys(drive.state.open).sort()).toEqual([...drive.calls.keys()].sort());
      }
      const seen = seenByTime(drive);
      const spans = seen.flatMap(({ from, until }) => [from, until]);
      expect(spans).toEqual([...spans].sort((a, b) => a - b));
      const all = occurrencesUntil(drive, drive.now);
      const accounted = seen.reduce((sum, { count }) => sum + count, 0);
      const counted = all.filter((at) => seen.some(({ from, until }) => at >= from && at <= until));
      expect(accounted).toBe(counted.length);
      const isHeld = drive.state.paused !== undefined || drive.definition.overlap === 'allow';
      const due = all.filter((at) => dueOf(drive.state.id, at, jitterMs) <= drive.now - jitterMs);
      if (!isHeld)
        expect(
          due.every((at) => counted.includes(at)),
          due.map(instantText).join(),
        ).toBe(true);
      const keys = keysOf(drive);
      const own = drive.asked.filter(({ callId }) => callId.startsWith('at-')).map(({ input }) => input['key']);
      expect(new Set(own).size).toBe(own.length);
      expect(keys.length).toBe(drive.asked.length);
    }),
    { numRuns: 60 },
  );
}, 60_000);
