import {
  callId,
  errorData,
  instant,
  type Narration,
  type Program,
  type ProgramEffect,
  type RunBegin,
  runId,
} from 'tau-core';
import { describe, expect, test } from 'vitest';
import { type ObservedEvent, Observers } from './observer.js';
import { OpenPlaces } from './open-places.js';
import { RunReporter } from './run-reporter.js';

type Told = readonly Narration[];

/** A program whose events are what they narrate. */
const program: Program<null, null, Told> = {
  kind: 'told',
  initial: () => null,
  decide: () => ({ events: [], effects: [] }),
  evolve: () => null,
  nextDeadline: () => undefined,
  narrate: (_, __, event) => event,
};
const BEGIN: RunBegin = {
  runId: runId('r1'),
  sessionId: 's1',
  input: {},
  startedAt: instant(1_000),
  event: { id: 'e', source: 's', type: 't', data: '', traceparent: '00-1' },
};
const at = (ms: number) => instant(1_000 + ms);
const call = (id: string): ProgramEffect => ({ type: 'call', callId: callId(id), capability: 'tool:x', input: {} });

function reported(act: (reporter: RunReporter<null, null, Told>) => void): readonly object[] {
  const seen: ObservedEvent[] = [];
  const observer = { observe: (event: ObservedEvent) => void seen.push(event) };
  act(new RunReporter(program, null, { begin: BEGIN, observer }));
  return seen.map(({ runId: run, sessionId, ...event }) => {
    expect([run, sessionId]).toEqual(['r1', 's1']);
    return event;
  });
}

describe('RunReporter', () => {
  test('tells what a program narrates, and which place a call belongs to', () => {
    const events = reported((reporter) => {
      reporter.started(at(0), { name: 'demo', waitedMs: 5 });
      reporter.happened(
        null,
        [
          { at: 'a', kind: 'started' },
          { at: 'a.b[2]', kind: 'started', label: 'B' },
        ],
        at(1),
      );
      reporter.asked([call('a.b[2]#0')], at(1));
      reporter.waiting('a.b[2]#0', at(1));
      reporter.attempt('a.b[2]#0', at(4));
      const error = errorData('WORK_LOST', 'gone');
      reporter.retry('a.b[2]#0', { error, delayMs: 10 }, at(5));
      reporter.attempt('a.b[2]#0', at(15));
      reporter.settled('a.b[2]#0', { kind: 'ok', output: 1 }, at(20));
      reporter.happened(null, [{ at: 'a.b[2]', kind: 'completed', output: 1 }], at(20));
      reporter.asked([{ type: 'finish', outcome: { kind: 'ok', output: 1 } }], at(20));
    });
    const common = { callId: 'a.b[2]#0', capability: 'tool:x', at: 'a.b[2]' };
    expect(events).toEqual([
      { type: 'run.started', program: 'told', name: 'demo', waitedMs: 5, traceparent: '00-1', timeMs: at(0) },
      { type: 'place.started', at: 'a', timeMs: at(1) },
      { type: 'place.started', at: 'a.b[2]', label: 'B', timeMs: at(1) },
      { type: 'call.waiting', ...common, attempt: 1, timeMs: at(1) },
      { type: 'call.attempt', ...common, attempt: 1, waitedMs: 3, timeMs: at(4) },
      { type: 'call.retry', ...common, attempt: 1, error: errorData('WORK_LOST', 'gone'), delayMs: 10, timeMs: at(5) },
      { type: 'call.attempt', ...common, attempt: 2, timeMs: at(15) },
      { type: 'call.settled', ...common, attempts: 2, outcome: 'ok', timeMs: at(20) },
      { type: 'place.completed', at: 'a.b[2]', output: 1, timeMs: at(20) },
      { type: 'place.cancelled', at: 'a', timeMs: at(20) },
      { type: 'run.ended', outcome: { kind: 'ok', output: 1 }, timeMs: at(20) },
    ]);
  });

  test('settles calls once: withdrawn ones, and those that are open when the run ends', () => {
    const events = reported((reporter) => {
      reporter.asked([call('a'), call('b'), { type: 'cancelCall', callId: callId('a'), reason: 'enough' }], at(0));
      reporter.settled('a', { kind: 'ok', output: 1 }, at(1));
      reporter.asked([{ type: 'finish', outcome: { kind: 'cancelled', reason: 'x' } }], at(2));
      for (const late of ['a', 'b', 'c']) {
        reporter.waiting(late, at(3));
        reporter.attempt(late, at(3));
        reporter.retry(late, { error: errorData('WORK_LOST', 'gone'), delayMs: 1 }, at(3));
      }
    });
    const settled = { type: 'call.settled', capability: 'tool:x', attempts: 0, outcome: 'cancelled' };
    expect(events).toEqual([
      { ...settled, callId: 'a', timeMs: at(0) },
      { ...settled, callId: 'b', timeMs: at(2) },
      { type: 'run.ended', outcome: { kind: 'cancelled', reason: 'x' }, timeMs: at(2) },
    ]);
  });

  test('ends each place once, inner ones before their outer one', () => {
    const events = reported((reporter) => {
      const started = (at: string): Narration => ({ at, kind: 'started' });
      reporter.happened(
        null,
        [started('a'), started('a.b'), started('a'), started('a.b.c'), started('d'), started('d.e')],
        at(0),
      );
      reporter.happened(null, [{ at: 'a', kind: 'failed', error: errorData('STEP_FAILED', 'no') }], at(1));
      reporter.happened(null, [started('a'), { at: 'a', kind: 'completed' }, { at: 'f', kind: 'skipped' }], at(2));
      reporter.asked([{ type: 'finish', outcome: { kind: 'ok', output: null } }], at(3));
    });
    expect(events.map((event) => ('at' in event && 'type' in event ? `${event.type} ${event.at}` : ''))).toEqual([
      'place.started a',
      'place.started a.b',
      'place.started a.b.c',
      'place.started d',
      'place.started d.e',
      'place.cancelled a.b.c',
      'place.cancelled a.b',
      'place.failed a',
      'place.started a',
      'place.completed a',
      'place.skipped f',
      'place.cancelled d.e',
      'place.cancelled d',
      '',
    ]);
  });

  test('tells of the place that is the whole run by the run itself', () => {
    const whole = reported((reporter) => {
      reporter.started(at(0), { name: 'demo' });
      reporter.happened(null, [{ at: '$root', kind: 'started', label: 'demo' }], at(0));
      reporter.happened(null, [{ at: '', kind: 'started', label: 'Demo of main' }], at(0));
      reporter.happened(
        null,
        [
          { at: '$root', kind: 'asked' },
          { at: '$root', kind: 'completed' },
        ],
        at(0),
      );
    });
    expect(whole).toEqual([
      { type: 'run.started', program: 'told', name: 'demo', traceparent: '00-1', timeMs: at(0) },
      { type: 'run.named', label: 'Demo of main', timeMs: at(0) },
      { type: 'place.asked', at: '$root', timeMs: at(0) },
    ]);
  });

  test('tells of locks by their keys, and of those who speak to the run', () => {
    const lockId = callId('l');
    const events = reported((reporter) => {
      reporter.asked([{ type: 'acquire', lockId, key: 'deploy', waiting: 'queue' }], at(0));
      reporter.told({ type: 'lockGranted', lockId }, at(1));
      reporter.asked([{ type: 'release', lockId }], at(2));
      reporter.asked([{ type: 'acquire', lockId, key: 'deploy', waiting: 'replace' }], at(3));
      reporter.told({ type: 'lockRevoked', lockId, reason: 'newer' }, at(4));
      reporter.told({ type: 'begin' }, at(5));
      reporter.told({ type: 'message', content: 'x' }, at(5));
      reporter.told({ type: 'cancel', reason: 'x' }, at(6));
    });
    expect(events).toEqual([
      { type: 'lock.claimed', lockId, key: 'deploy', timeMs: at(0) },
      { type: 'lock.granted', lockId, key: 'deploy', timeMs: at(1) },
      { type: 'lock.released', lockId, key: 'deploy', timeMs: at(2) },
      { type: 'lock.claimed', lockId, key: 'deploy', timeMs: at(3) },
      { type: 'lock.revoked', lockId, key: 'deploy', reason: 'newer', timeMs: at(4) },
      { type: 'run.message', timeMs: at(5) },
      { type: 'run.cancel', reason: 'x', timeMs: at(6) },
    ]);
  });
});

test('a program whose narration fails runs on, untold', () => {
  const seen: ObservedEvent[] = [];
  const broken = {
    ...program,
    narrate: () => {
      throw new Error('a bug');
    },
  };
  const reporter = new RunReporter(broken, null, {
    begin: BEGIN,
    observer: { observe: (event) => void seen.push(event) },
  });
  reporter.happened(null, [], at(0));
  reporter.started(at(1));
  expect(seen.map(({ type }) => type)).toEqual(['run.started']);
});

describe('Observers', () => {
  const event: ObservedEvent = {
    type: 'run.ended',
    runId: 'r',
    sessionId: 's',
    timeMs: at(0),
    outcome: { kind: 'ok', output: null },
  };

  test('drop one that throws, warn once, and go on with the others', () => {
    const warnings: string[] = [];
    const seen: string[] = [];
    const broken = {
      observe: () => {
        seen.push('broken');
        throw new Error('disk full');
      },
    };
    const works = { observe: () => void seen.push('works'), traceparentOf: () => '00-2' };
    const brokenLater = {
      observe: () => {},
      traceparentOf: (): string => {
        throw new TypeError('odd');
      },
    };
    const observers = new Observers([broken, brokenLater, works], (text) => warnings.push(text));
    observers.observe(event);
    observers.observe(event);
    expect(observers.traceparentOf('r', 'c')).toBe('00-2');
    expect(observers.traceparentOf('r', 'c')).toBe('00-2');
    expect(seen).toEqual(['broken', 'works', 'works']);
    expect(warnings).toEqual([
      'an observer of runs failed and is told nothing more: disk full',
      'an observer of runs failed and is told nothing more: odd',
    ]);
  });
});

test('the place around a call is the innermost that is open', () => {
  const places = new OpenPlaces();
  for (const open of ['a', 'a.b', 'research', 'research[3]']) places.open(open);
  expect(places.around('a.b')).toBe('a.b');
  expect(places.around('a.b.1')).toBe('a.b');
  expect(places.around('a.bc')).toBe('a');
  expect(places.around('ab')).toBeUndefined();
  expect(places.around('research[31]')).toBe('research');
  expect(places.around('research[3].score#ask')).toBe('research[3]');
  expect(places.around('research[3]@12:before:2')).toBe('research[3]');
  expect(places.around('a@7.b@2')).toBe('a.b');
  expect(places.parentOf('research[3]')).toBe('research');
  expect(places.close('a.b')).toEqual([]);
  expect(places.around('a.b.1')).toBe('a');
});

test('closing a place closes what is open in it, innermost first', () => {
  const places = new OpenPlaces();
  for (const open of ['a', 'a.b', 'a.b[1]', 'a.b[2]', 'a.c', 'd']) places.open(open);
  places.close('a.b[1]');
  expect(places.close('a')).toEqual(['a.b[2]', 'a.b', 'a.c']);
  expect(places.all).toEqual(['d']);
  expect(places.close('a')).toEqual([]);
});
