import { Map as ImmutableMap } from 'immutable';
import { type CallId, callId } from 'tau-core';
import { expect, test } from 'vitest';
import { RegionLab } from '../../../test/lab/region-lab.js';
import { callsByAge, runFromImage, runImage } from './open-calls.js';
import type { CallState } from './state.js';

function call(id: string, requestedMs: number): [CallId, CallState] {
  const times = { requestedMs, deadlineMs: requestedMs + 1_000, notBeforeMs: 0 };
  const attempts = { attempt: 1, failures: 0, redelivered: false };
  return [callId(id), { callId: callId(id), capability: 'tool:x', input: {}, ...times, ...attempts }];
}

test('calls are in the order in which they were asked for, whatever map they are in', () => {
  const ids = Array.from({ length: 40 }, (_, index) => `c${String(index).padStart(2, '0')}`);
  const entries = ids.map((id, index) => call(id, 1_000 - Math.floor(index / 10)));
  const expected = [3, 2, 1, 0].flatMap((tens) => ids.slice(10 * tens, 10 * tens + 10));
  for (const order of [entries, entries.toReversed()]) {
    expect(callsByAge(ImmutableMap(order)).map((open) => open.callId)).toEqual(expected);
  }
});

test('the image of a run is plain JSON, and the run again when it is read', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ together: [{ id: 'b' }, { id: 'a' }] }]);
  const run = lab.run('r1');
  if (run === undefined) throw new Error('the run did not start');
  const written = JSON.parse(JSON.stringify(runImage(run)));
  expect(Object.keys(written.calls)).toEqual(['a', 'b']);
  const read = runFromImage(written);
  expect(runImage(read)).toEqual(runImage(run));
  expect(read.calls.get(callId('a'))).toEqual(run.calls.get(callId('a')));
});
