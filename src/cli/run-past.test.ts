import type { JsonObject } from 'tau-core';
import type { HistoryOptions, RunCalls, RunEvent } from 'tau-core/client';
import { expect, test } from 'vitest';
import { openCallsAfter, runPast } from './run-past.js';

function event(seq: number, type: string, data: JsonObject): RunEvent {
  return { seq, prevSeq: seq - 1, runId: 'r1', type, timeMs: seq, hlc: '', data };
}

/** A history in pages of a hundred events. */
function historyOf(events: readonly RunEvent[]): Pick<RunCalls, 'history'> {
  return {
    async *history(_runId: string, { fromSeq = 0 }: HistoryOptions = {}) {
      const rest = events.filter(({ seq }) => seq >= fromSeq);
      for (let at = 0; at < rest.length; at += 100) yield { events: rest.slice(at, at + 100) };
    },
  };
}

const filler = (from: number, to: number): RunEvent[] =>
  Array.from({ length: to - from + 1 }, (_, index) => event(from + index, 'run.advanced', {}));

test('a past is read up to an event', async () => {
  const seqs: number[] = [];
  for await (const { seq } of runPast(historyOf(filler(1, 300)), 'r1', { fromSeq: 98, toSeq: 102 })) seqs.push(seq);
  expect(seqs).toEqual([98, 99, 100, 101, 102]);
});

test('open calls are those that began and did not end', () => {
  const events = [
    event(1, 'run.forked', { run: { calls: { a: {}, b: {} } } }),
    event(2, 'run.advanced', {
      input: { type: 'callSettled', callId: 'a' },
      calls: [{ callId: 'c' }],
      cancelled: ['b'],
    }),
    event(3, 'call.retrying', { callId: 'c' }),
    event(4, 'run.ended', {}),
  ];
  let open: ReadonlySet<string> = new Set();
  const after = events.map((one) => {
    open = openCallsAfter(one, open);
    return [...open];
  });
  expect(after).toEqual([['a', 'b'], ['c'], ['c'], []]);
});
