import { TauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { expect, test, vi } from 'vitest';
import { defineFlow, edge, graph, replace, task } from '../flow/index.js';
import { openRuns } from './open-runs.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';

const flow = defineFlow(
  'answer',
  graph({
    state: { answer: replace<string>() },
    nodes: {
      slow: task('t:slow', { timeoutMs: 30, writes: { answer: '${{ output }}' }, onError: { goto: 'quick' } }),
      quick: task('t:quick', { writes: { answer: '${{ output }}' } }),
    },
    edges: [edge('slow', '$end'), edge('quick', '$end')],
    entry: 'slow',
  }),
);

/** A run whose timers of one instant fire in the order that is given, as numbers. */
async function timedOut(order: (set: number) => number, store = memoryStore()) {
  let set = 0;
  const clock = new VirtualClock({
    tieBreak: () => {
      set += 1;
      return order(set);
    },
  });
  const reasons: unknown[] = [];
  const run = runLocal(flow, {
    runId: 'r',
    store,
    clock,
    handlers: {
      't:slow': (_, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return new Promise(() => {});
      },
      't:quick': ({ error }) => (error as { message: string }).message,
    },
  });
  await vi.waitFor(() => expect(clock.pending).toBe(2));
  clock.advance(30);
  const { outcome } = await run.ended;
  const records = await openRuns(store).checkpoints('r');
  return { outcome, reasons, inputs: records.map(({ input }) => input?.type) };
}

test('a call that is out of time is told so, whoever looks at the clock first, and the run goes the same way', async () => {
  const callFirst = await timedOut((set) => set / 1_000);
  const programFirst = await timedOut((set) => 1 - set / 1_000);
  for (const { reasons } of [callFirst, programFirst]) {
    expect(reasons.map((reason) => reason instanceof TauError && reason.data.id)).toEqual(['TAU-3002']);
  }
  expect(programFirst.outcome).toEqual(callFirst.outcome);
  expect(programFirst.outcome).toMatchObject({
    output: { answer: expect.stringContaining('it took longer than 30 ms') },
  });
  expect(programFirst.inputs).toEqual(callFirst.inputs);
});
