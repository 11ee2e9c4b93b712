import fc from 'fast-check';
import type { Json } from 'tau-core';
import { expect, test } from 'vitest';
import type { FlowDefinition } from '../src/flow/definition.js';
import { toJson } from '../src/flow/flow-json.js';
import { planOf } from '../src/flow/flow-plan.js';
import { toMermaid } from '../src/flow/mermaid.js';
import { readFlow } from '../src/flow/read-flow.js';
import { BUILT_IN_REDUCERS } from '../src/flow/reducer.js';
import { validateFlow } from '../src/flow/validate.js';
import { FlowSource } from './support/flow-source.js';

/** `TAU_FUZZ_RUNS=<n>` makes more flows; `TAU_SEED=<n>` makes others. */
const FLOWS = Number(process.env['TAU_FUZZ_RUNS'] ?? 100_000);

/** One seed makes this many flows: fast-check's own cost for each would be most of the time. */
const BATCH = 500;

/** One flow of so many is also written, read again and drawn. */
const FULL_EVERY = 25;

test('any JSON is a flow with a plan, or has findings', { timeout: 600_000 }, () => {
  let sound = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const source = new FlowSource(seed);
      for (let index = 0; index < BATCH; index += 1) {
        const flow = source.flow();
        try {
          if (isSound(flow, index % FULL_EVERY === 0)) sound += 1;
          else refused += 1;
        } catch (thrown) {
          throw new Error(`flow ${index} of the source with seed ${seed}: ${JSON.stringify(flow)}`, { cause: thrown });
        }
      }
    }),
    { numRuns: Math.ceil(FLOWS / BATCH), endOnFailure: true },
  );
  // Both must be common, or the source tests nothing.
  expect(sound).toBeGreaterThan(FLOWS / 5);
  expect(refused).toBeGreaterThan(FLOWS / 5);
});

/** Whether a flow is taken. Whatever it is, what is said of it must be right. */
function isSound(flow: Json, isFull: boolean): boolean {
  const findings = validateFlow(flow);
  for (const { place, message } of findings) {
    if (place === '' || message === '') throw new Error('a finding says nothing');
  }
  if (isFull) {
    const parsed = readFlow(JSON.stringify(flow), 'fuzz.json', BUILT_IN_REDUCERS);
    expect(parsed.ok).toBe(findings.length === 0);
    if (!parsed.ok) expect(parsed.diagnostics).toHaveLength(findings.length);
  }
  if (findings.length > 0) return false;
  const definition = flow as unknown as FlowDefinition;
  const plan = planOf(definition);
  if (plan.nodes.some((node, index) => node?.id !== index)) throw new Error('the plan has holes');
  if (isFull) {
    const text = toJson(definition);
    const again = readFlow(text, 'fuzz.json', BUILT_IN_REDUCERS);
    expect(again).toEqual({ ok: true, definition });
    expect(again.ok && toJson(again.definition)).toBe(text);
    expect(toMermaid(definition).split('\n').length).toBeGreaterThan(plan.nodes.length);
  }
  return true;
}
