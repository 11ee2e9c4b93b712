import { errorData, instant } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { durationText } from './duration-text.js';
import { jsonLines } from './json-lines.js';
import type { ObservedEvent } from './observer.js';
import { LIVE_LINES_MAX, type ProgressOptions, progressText } from './progress-text.js';
import { columnsOf, cutToColumns, oneLine } from './text-width.js';

type Said = ObservedEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'runId' | 'sessionId' | 'timeMs'>
    : never
  : never;
type Step = readonly [ms: number, said: Said, runId?: string];

function shown(steps: readonly Step[], options: Omit<ProgressOptions, 'write'> = {}): string {
  const written: string[] = [];
  const progress = progressText({ write: (text) => written.push(text), ...options });
  for (const [ms, said, runId = 'r1'] of steps) {
    progress.observe({ ...said, runId, sessionId: 's', timeMs: instant(1_000_000 + ms) } as ObservedEvent);
  }
  return written.join('');
}

const call = { callId: 'plan.0', capability: 'model:plan', at: 'plan' };
const started: Step = [0, { type: 'run.started', program: 'flow', name: 'triage' }];
const STEPS: readonly Step[] = [
  started,
  [1, { type: 'place.started', at: 'plan' }],
  [1, { type: 'call.waiting', ...call, attempt: 1 }],
  [200, { type: 'call.attempt', ...call, attempt: 1 }],
  [
    900,
    { type: 'call.retry', ...call, attempt: 1, delayMs: 1_500, error: errorData('WORK_LOST', 'the provider is gone') },
  ],
  [2_400, { type: 'call.attempt', ...call, attempt: 2 }],
  [2_500, { type: 'call.settled', ...call, attempts: 2, outcome: 'ok' }],
  [2_500, { type: 'place.completed', at: 'plan', output: { steps: 3 } }],
  [2_500, { type: 'place.started', at: 'ask', label: 'Ask the owner' }],
  [2_500, { type: 'place.asked', at: 'ask', label: 'Ask the owner', output: 'Merge it?' }],
  [2_500, { type: 'place.skipped', at: 'notify' }],
  [9_000, { type: 'run.message' }],
  [90_000, { type: 'place.failed', at: 'ask', error: errorData('WORK_DEADLINE', 'nobody answered') }],
  [90_000, { type: 'run.ended', outcome: { kind: 'failed', error: errorData('WORK_DEADLINE', 'nobody answered') } }],
];

describe('progressText', () => {
  test('says a place once, and in words', () => {
    const failed = errorData('STEP_FAILED', 'read[1]: 404');
    const labelled = errorData('STEP_FAILED', 'Read it: 404');
    const root = { callId: '$root:before', capability: 'tool:triage' };
    const other = { callId: 'kind.$otherwise@2', capability: 'tool:other', at: 'kind.$otherwise' };
    expect(
      `\n${shown([
        started,
        [1, { type: 'place.started', at: 'read[1]' }],
        [2, { type: 'place.failed', at: 'read[1]', error: failed }],
        [3, { type: 'place.started', at: 'read[2]', label: 'Read it' }],
        [4, { type: 'place.failed', at: 'read[2]', error: labelled }],
        [5, { type: 'place.failed', at: 'read', error: failed }],
        [6, { type: 'call.waiting', ...root, attempt: 1 }],
        [7, { type: 'place.started', at: 'kind.$otherwise' }],
        [8, { type: 'call.waiting', ...other, attempt: 1 }],
        [9, { type: 'place.completed', at: 'kind.$otherwise' }],
        [9, { type: 'place.asked', at: '$root', label: 'triage', output: 'Begin?' }],
      ])}`,
    ).toMatchInlineSnapshot(`
      "
         +0.000s ▶ run r1: flow triage
         +0.001s · read[1] started
         +0.002s ✗ read[1] failed (1 ms): 404 [TAU-4004]
         +0.003s · Read it started
         +0.004s ✗ Read it failed (1 ms): 404 [TAU-4004]
         +0.005s ✗ read failed: read[1]: 404 [TAU-4004]
         +0.006s … triage:before: tool:triage waits for its turn
         +0.007s · kind.otherwise started
         +0.008s … kind.otherwise: tool:other waits for its turn
         +0.009s ✓ kind.otherwise (2 ms)
         +0.009s ? triage asks: "Begin?"
      "
    `);
  });

  test('writes one line for each event that people care about', () => {
    expect(`\n${shown(STEPS)}`).toMatchInlineSnapshot(`
      "
         +0.000s ▶ run r1: flow triage
         +0.001s · plan started
         +0.001s … plan: model:plan waits for its turn
         +0.900s ↻ plan: model:plan again in 1.5 s: the provider is gone [TAU-3003]
         +2.500s ✓ plan (2.4 s): {"steps":3}
         +2.500s · Ask the owner started
         +2.500s ? Ask the owner asks: "Merge it?"
         +2.500s - notify skipped
         +9.000s ! run r1: message
        +90.000s ✗ Ask the owner failed (1 min 27 s): nobody answered [TAU-3002]
        +90.000s ✗ run r1 failed: nobody answered [TAU-3002] (1 min 30 s)
      "
    `);
  });

  test('colours by what a line means, and only where that is asked for', () => {
    expect(shown(STEPS)).not.toContain('\x1b');
    const colored = shown(STEPS, { color: true }).split('\n');
    expect(colored[4]).toBe('\x1b[32m   +2.500s ✓ plan (2.4 s): {"steps":3}\x1b[0m');
    expect(colored[0]).toBe('   +0.000s ▶ run r1: flow triage');
  });

  test('says whose line it is while there are several runs', () => {
    const steps: readonly Step[] = [
      started,
      [5, { type: 'place.started', at: 'a' }],
      [10, { type: 'run.started', program: 'flow' }, 'r2'],
      [20, { type: 'place.started', at: 'b' }, 'r2'],
      [30, { type: 'place.completed', at: 'a' }],
      [40, { type: 'run.ended', outcome: { kind: 'cancelled', reason: 'enough' } }],
      [50, { type: 'place.completed', at: 'b' }, 'r2'],
    ];
    expect(`\n${shown(steps)}`).toMatchInlineSnapshot(`
      "
         +0.000s ▶ run r1: flow triage
         +0.005s · a started
         +0.000s ▶ run r2: flow
         +0.010s · r2 b started
         +0.030s ✓ r1 a (25 ms)
         +0.040s - run r1 cancelled: enough (40 ms)
         +0.040s ✓ b (30 ms)
      "
    `);
  });

  test('live, draws what runs below, and takes it away before each line', () => {
    expect(`\n${shown(STEPS.slice(0, 9), { live: true }).replaceAll('\x1b', 'ESC')}`).toMatchInlineSnapshot(`
      "
         +0.000s ▶ run r1: flow triage
        … plan 0 ms
      ESC[1AESC[0J  … plan 0 ms
      ESC[1AESC[0J  … plan 199 ms
      ESC[1AESC[0J   +0.900s ↻ plan: model:plan again in 1.5 s: the provider is gone [TAU-3003]
        … plan 899 ms
      ESC[1AESC[0J  … plan 2.3 s
      ESC[1AESC[0J  … plan 2.4 s
      ESC[1AESC[0J   +2.500s ✓ plan (2.4 s): {"steps":3}
        … Ask the owner 0 ms
      "
    `);
  });

  test('live, is bounded whatever runs, and drawn anew with the time', () => {
    const written: string[] = [];
    const progress = progressText({ write: (text) => written.push(text), live: true, width: 30 });
    for (let count = 0; count < 40; count++) {
      const at = `place${count}.${'x'.repeat(50)}`;
      progress.observe({ type: 'place.started', at, runId: 'r', sessionId: 's', timeMs: instant(0) });
    }
    progress.refresh(65_000);
    const lines = written.at(-1)?.split('\n') ?? [];
    expect(lines[0]).toBe(`\x1b[${LIVE_LINES_MAX + 1}A\x1b[0J  … place0.xxxxxxxx… 1 min 5 s`);
    expect(lines.slice(-2)).toEqual([`  … and ${40 - LIVE_LINES_MAX} more`, '']);
    expect(lines).toHaveLength(LIVE_LINES_MAX + 2);
  });

  test('refreshing writes nothing where it is not live', () => {
    const written: string[] = [];
    progressText({ write: (text) => written.push(text) }).refresh(5);
    expect(written).toEqual([]);
  });

  test('texts from outside neither move the cursor nor break lines', () => {
    const evil = 'a\x1b[2J\r\nb\u009b1m\u2028c\u202ed';
    const text = shown([started, [1, { type: 'place.started', at: evil }]]);
    expect(text.split('\n')[1]).toBe('   +0.001s · a [2J b 1m c d started');
  });
});

describe('widths', () => {
  test('count columns, not characters', () => {
    expect(columnsOf('abc')).toBe(3);
    expect(columnsOf('日本語')).toBe(6);
    expect(columnsOf('é e\u0301')).toBe(3);
    expect(columnsOf('👩‍👩‍👧 ok')).toBe(5);
    expect(columnsOf('🇩🇪')).toBe(2);
  });

  test('cut between what people take for characters', () => {
    expect(cutToColumns('日本語', 6)).toBe('日本語');
    expect(cutToColumns('日本語', 5)).toBe('日本…');
    expect(cutToColumns('日本語', 4)).toBe('日…');
    expect(cutToColumns('a👩‍👩‍👧b', 3)).toBe('a…');
    expect(cutToColumns('abc', 0)).toBe('');
  });

  test('one line is what is left of many', () => {
    expect(oneLine(' a\n\n\tb ')).toBe('a b');
  });
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1_000, '1.0 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min'],
  [245_000, '4 min 5 s'],
  [11_520_000, '3 h 12 min'],
  [187_200_000, '2 d 4 h'],
  [-5, '0 ms'],
])('%d ms is "%s"', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

describe('jsonLines', () => {
  test('writes one object a line, which reads back as the event', () => {
    const lines: string[] = [];
    const observer = jsonLines({ write: (line) => lines.push(line) });
    const event: ObservedEvent = {
      type: 'place.completed',
      at: 'a\nb',
      output: { text: 'x\u2028y' },
      runId: 'r',
      sessionId: 's',
      timeMs: instant(5),
    };
    observer.observe(event);
    observer.observe(event);
    expect(lines).toHaveLength(2);
    expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
    expect(JSON.parse(lines[1] ?? '')).toEqual(event);
  });

  test('cuts what makes a line too long, and says how long it was', () => {
    const lines: string[] = [];
    const observer = jsonLines({ write: (line) => lines.push(line), charsMax: 200 });
    const of = { runId: 'r', sessionId: 's', timeMs: instant(5) };
    observer.observe({ ...of, type: 'place.completed', at: 'a', output: 'x'.repeat(1_000) });
    observer.observe({ ...of, type: 'run.ended', outcome: { kind: 'ok', output: 'x'.repeat(1_000) } });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { ...of, type: 'place.completed', at: 'a', output: { cutChars: 1_002 } },
      { ...of, type: 'run.ended', outcome: { kind: 'ok', cutChars: 1_025 } },
    ]);
  });

  test('cuts whatever makes a line long', () => {
    const lines: string[] = [];
    const observer = jsonLines({ write: (line) => lines.push(line), charsMax: 2_000 });
    const of = { runId: 'r', sessionId: 's', timeMs: instant(1) };
    observer.observe({ ...of, type: 'lock.claimed', lockId: 'a:lock', key: 'k'.repeat(100_000) });
    observer.observe({ ...of, type: 'run.cancel', reason: 'r'.repeat(100_000) });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { ...of, type: 'lock.claimed', lockId: 'a:lock', key: { cutChars: 100_002 } },
      { ...of, type: 'run.cancel', reason: { cutChars: 100_002 } },
    ]);
  });
});
