import { expect, test } from 'vitest';
import { errorData } from '../vocabulary/tau-error.js';
import { lineReport } from './report.js';
import { StateReport } from './state-report.js';

function told(json: boolean): { lines: string[]; states: StateReport } {
  const lines: string[] = [];
  const report = lineReport({ write: (text) => lines.push(text) }, json);
  return { lines, states: new StateReport({ kernel: '127.0.0.1:7420', report, advice: 'start one' }) };
}

const away = errorData('UNREACHABLE', 'nobody answers');

test('each change is one line, however often connecting is tried', () => {
  const { lines, states } = told(false);
  for (const state of ['connecting', 'connecting', 'attached', 'cut', 'cut', 'attached'] as const) {
    states.change(state, state === 'attached' ? undefined : away);
  }
  states.change('stopped', errorData('INSTANCE_REPLACED', 'a newer one lives'));
  expect(lines).toEqual([
    'waiting for the kernel at 127.0.0.1:7420; start one\n',
    'attached to the kernel at 127.0.0.1:7420\n',
    'lost the kernel at 127.0.0.1:7420, trying again\n',
    'attached to the kernel at 127.0.0.1:7420\n',
    'stopped (TAU-3007: a newer one lives)\n',
  ]);
});

test('a reason that the line does not say already is told', () => {
  const { lines, states } = told(false);
  states.change('connecting', errorData('DRAINING', 'the kernel is stopping'));
  states.change('stopped', undefined);
  expect(lines).toEqual([
    'waiting for the kernel at 127.0.0.1:7420 (TAU-1009: the kernel is stopping); start one\n',
    'stopped\n',
  ]);
});

test('as JSON, with the reason apart', () => {
  const { lines, states } = told(true);
  states.change('cut', away);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'kernel.cut', kernel: '127.0.0.1:7420', reason: { id: 'TAU-1010', message: 'nobody answers' } },
  ]);
});
