// A node whose handler keeps what it gave: the same input within a minute is answered from memory.
// Answers: how do I save calls that are expensive, and come again and again?
import { canonicalJson, type Json } from 'tau-core';
import { append, defineFlow, each, graph, pass, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandler, runLocal } from 'tau-orchestrate/local';

/** A handler that keeps what it gave by its input, for a time. What fails is not kept. */
function cached(
  handler: LocalHandler,
  { ttlMs, nowMs = Date.now }: { ttlMs: number; nowMs?: () => number },
): LocalHandler {
  const kept = new Map<string, { readonly output: Json | undefined; readonly untilMs: number }>();
  return async (input, context) => {
    const key = canonicalJson(input);
    const known = kept.get(key);
    if (known !== undefined && nowMs() < known.untilMs) return known.output;
    const output = await handler(input, context);
    kept.set(key, { output, untilMs: nowMs() + ttlMs });
    return output;
  };
}

const flow = defineFlow(
  'weather',
  graph({
    state: { cities: replace<string[]>([]), forecasts: append<string>() },
    nodes: {
      start: pass(),
      look: task('tool:forecast', { input: { city: '${{ item }}' }, writes: { forecasts: '${{ output }}' } }),
    },
    edges: [each('start', 'state.cities', 'look')],
    output: ['forecasts'],
  }),
);

let timeMs = 0;
let calls = 0;
const forecast = cached(
  ({ city }) => {
    calls += 1;
    return `${city} at ${timeMs / 1_000} s`;
  },
  { ttlMs: 60_000, nowMs: () => timeMs },
);

// Handlers outlive runs: what one run looked up, the next one has.
for (const [cities, atMs] of [
  [['Rome'], 0],
  [['Rome', 'Oslo'], 30_000],
  [['Rome', 'Oslo'], 70_000],
] as const) {
  timeMs = atMs;
  console.log(await runLocal(flow, { handlers: { 'tool:forecast': forecast }, input: { cities } }).output());
}
console.log(`${calls} calls for 5 nodes`);
