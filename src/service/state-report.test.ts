import { errorData } from 'tau-core';
import { expect, test } from 'vitest';
import { lineReport } from './report.js';
import { StateReport } from './state-report.js';

function told(json: boolean): { lines: string[]; states: StateReport } {
  const lines: string[] = [];
  const report = lineReport({ write: (text) => lines.push(text) }, json);
  return { lines, states: new StateReport('127.0.0.1:7420', report) };
}

test('each change is one line, however often connecting is tried', () => {
  const { lines, states } = told(false);
  const away = errorData('UNREACHABLE', 'nobody answers');
  states.change('connecting', away);
  states.change('connecting', away);
  states.change('attached', undefined);
  states.change('cut', away);
  states.change('cut', away);
  states.change('attached', undefined);
  states.change('stopped', errorData('INSTANCE_REPLACED', 'a newer one lives'));
  expect(lines).toEqual([
    'waiting for the kernel at 127.0.0.1:7420; "tau kernel start" starts one\n',
    'attached to the kernel at 127.0.0.1:7420\n',
    'lost the kernel at 127.0.0.1:7420, trying again\n',
    'attached to the kernel at 127.0.0.1:7420\n',
    'stopped (TAU-3007: a newer one lives)\n',
  ]);
});

test('as JSON, with the reason apart', () => {
  const { lines, states } = told(true);
  states.change('cut', errorData('UNREACHABLE', 'nobody answers'));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'kernel.cut', kernel: '127.0.0.1:7420', reason: { id: 'TAU-1010', message: 'nobody answers' } },
  ]);
});
