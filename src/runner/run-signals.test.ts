import { expect, test } from 'vitest';
import { RunSignals } from './run-signals.js';

test('each moment is told to those who wait for it, once, in the order in which they came', () => {
  const signals = new RunSignals();
  const told: string[] = [];
  signals.onQuiet(() => told.push('quiet'));
  signals.onBegun(() => told.push('begun 1'));
  signals.follow(() => told.push('rests'));
  signals.onBegun(() => told.push('begun 2'));
  signals.onStopped(() => told.push('stopped'));
  signals.begun();
  signals.begun();
  expect(told).toEqual(['begun 1', 'begun 2']);
  signals.quiet();
  signals.quiet();
  expect(told.slice(2)).toEqual(['rests', 'quiet', 'rests']);
  signals.stop({ thrown: 'first' });
  signals.stop({ thrown: 'second' });
  signals.tellStopped();
  signals.tellStopped();
  expect(told.slice(5)).toEqual(['stopped']);
  expect(signals.end).toEqual({ thrown: 'first' });
});

test('who comes after the end is told at once, and of the end alone', () => {
  const signals = new RunSignals();
  signals.stop({ thrown: 'gone' });
  const told: unknown[] = [];
  signals.onBegun((end) => told.push(end));
  signals.onStopped((end) => told.push(end));
  signals.onQuiet((end) => told.push(end));
  expect(told).toEqual([{ thrown: 'gone' }, { thrown: 'gone' }, { thrown: 'gone' }]);
});

test('who only takes note of the end does not count as one who hears of it', () => {
  const signals = new RunSignals();
  signals.onEnd(() => undefined);
  signals.onBegun(() => undefined);
  expect(signals.isHeard).toBe(false);
  signals.onStopped(() => undefined);
  expect(signals.isHeard).toBe(true);
});
