import type { JsonObject, PlacedEvent } from 'tau-core';
import type { RunEvent } from 'tau-core/client';
import { expect, test } from 'vitest';
import { TimelinePrinter, timelineLine } from './print-timeline.ts';
import { eventEntry, RunTimeline } from './timeline.ts';

const T0 = 1_790_000_000_000;

function runEvent(type: string, afterMs: number, data: JsonObject): RunEvent {
  return { seq: 1, prevSeq: 0, runId: 'r', type, timeMs: T0 + afterMs, hlc: '', data };
}

const CALL = { callId: 'label.0', capability: 'action:github/comment@v1', input: { issue: 3, body: 'Thank\nyou.' } };
const STEP = { type: 'StepStarted', job: 'label', step: '0', name: 'Answer', uses: 'github/comment@v1' };

test('an opened issue is a line with its title, and how long its event was on the way', () => {
  const event: PlacedEvent = {
    id: '1',
    source: 'github/octo/shop',
    type: 'github.issues.opened',
    data: JSON.stringify({ issue: { number: 3, title: 'Help', created_at: new Date(T0 - 5).toISOString() } }),
    region: 'github/octo/shop',
    regionSeq: 2,
    hlc: `${T0.toString(36).padStart(9, '0')}.0000`,
  };
  expect(eventEntry(event)).toMatchObject({ atMs: T0, issue: '#3', text: 'issues.opened "Help"', latencyMs: 5 });
});

test('a run is told from its start over its actions to its end', () => {
  const timeline = new RunTimeline('#3');
  const lines = [
    runEvent('run.started', 0, { definition: { name: 'triage.yml' } }),
    runEvent('run.advanced', 1, { input: { type: 'begin' }, events: [STEP], calls: [CALL] }),
    runEvent('call.retrying', 5, { callId: 'label.0', error: { message: 'no answer' } }),
    runEvent('run.advanced', 9, {
      input: { type: 'callSettled', callId: 'label.0', outcome: { kind: 'ok' } },
      calls: [],
    }),
    runEvent('run.ended', 10, { outcome: { kind: 'ok' } }),
  ].flatMap((event) => timeline.take(event));
  expect(lines.map(({ text, latencyMs }) => [text, latencyMs])).toEqual([
    ['started triage.yml', undefined],
    ['Answer · tried again: no answer', undefined],
    ['Answer · github/comment@v1 Thank you.', 8],
    ['succeeded', 10],
  ]);
});

test('what failed says why', () => {
  const timeline = new RunTimeline('#3');
  timeline.take(runEvent('run.advanced', 0, { input: { type: 'begin' }, events: [STEP], calls: [CALL] }));
  const outcome = { kind: 'failed', error: { message: 'not found' } };
  const input = { type: 'callSettled', callId: 'label.0', outcome };
  const entries = [
    ...timeline.take(runEvent('run.advanced', 2, { input, calls: [] })),
    ...timeline.take(runEvent('run.ended', 2, { outcome })),
  ];
  expect(entries.map(({ text, tone }) => [text, tone])).toEqual([
    ['Answer · github/comment@v1 Thank you. failed: not found', 'bad'],
    ['failed: not found', 'bad'],
  ]);
});

test('a line has its columns, and is cut where it is long', () => {
  const entry = {
    atMs: T0 + 1_234,
    kind: 'run',
    issue: '#3',
    text: 'x'.repeat(200),
    latencyMs: 7,
    tone: 'plain',
  } as const;
  expect(timelineLine(entry, T0)).toBe(` 1.234 s  #3     run     ${'x'.repeat(77)}…     7 ms`);
});

test('lines that come out of order are printed in order', () => {
  const printed: string[] = [];
  const printer = new TimelinePrinter((line) => printed.push(line));
  for (const afterMs of [2, 0, 1]) {
    printer.take({ atMs: T0 + afterMs, kind: 'run', issue: '#1', text: `after ${afterMs}`, tone: 'plain' });
  }
  printer.end();
  expect(printed.map((line) => line.slice(-7))).toEqual(['after 0', 'after 1', 'after 2']);
});
