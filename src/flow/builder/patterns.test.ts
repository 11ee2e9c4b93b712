import { instant, type Json, type JsonObject, type Outcome, runId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowNode } from '../definition.js';
import { defineFlow, evaluatorOptimizer, mapReduce, orchestratorWorkers, task } from './index.js';

type Calls = { readonly [capability: string]: (input: JsonObject) => Json };

/** Runs a node to its end, its calls answered at once in order; and how many were in flight at most. */
function run(
  root: FlowNode,
  input: JsonObject,
  calls: Calls,
): { readonly outcome: Outcome; readonly inFlight: number } {
  const { definition, language } = defineFlow('test', root);
  const { program } = language;
  const now = instant(0);
  const begin = { runId: runId('r'), sessionId: 's', input, startedAt: now };
  let state = program.initial(definition, begin);
  let outcome: Outcome | undefined;
  let inFlight = 0;
  const waiting: Parameters<typeof program.decide>[2][] = [{ type: 'begin' }];
  for (let told = waiting.shift(); told !== undefined; told = waiting.shift()) {
    const { events, effects } = program.decide(definition, state, told, now);
    for (const event of events) state = program.evolve(definition, state, event);
    for (const effect of effects) {
      if (effect.type === 'finish') outcome = effect.outcome;
      if (effect.type !== 'call') continue;
      const output = calls[effect.capability]?.(effect.input) ?? null;
      waiting.push({ type: 'callSettled', callId: effect.callId, outcome: { kind: 'ok', output } });
    }
    inFlight = Math.max(inFlight, waiting.length);
  }
  if (outcome === undefined) throw new Error('the run has not ended');
  return { outcome, inFlight };
}

const text = (value: Json | undefined): string => String(value);

describe('mapReduce', () => {
  test('maps each item, and reduces the list in its order', () => {
    const root = mapReduce({
      over: 'input.words',
      map: task('m:length', { input: { word: '${{ item }}' } }),
      reduce: task('m:list', { input: { lengths: '${{ input }}' } }),
      workers: 2,
    });
    const { outcome, inFlight } = run(
      root,
      { words: ['a', 'bbb', 'cc'] },
      {
        'm:length': ({ word }) => text(word).length,
        'm:list': ({ lengths }) => ({ lengths: lengths ?? null }),
      },
    );
    expect(outcome).toEqual({ kind: 'ok', output: { lengths: [1, 3, 2] } });
    expect(inFlight).toBe(2);
  });
});

describe('orchestratorWorkers', () => {
  test('plans, works at most so many at once, and joins what was done', () => {
    const root = orchestratorWorkers({
      planner: task('m:plan'),
      worker: task('m:work', { input: { topic: '${{ item }}' } }),
      synthesizer: task('m:write'),
      workers: 3,
    });
    const seen: Json[] = [];
    const { outcome, inFlight } = run(
      root,
      { about: 'tau' },
      {
        'm:plan': (input) => {
          seen.push(input);
          return { subtasks: ['a', 'b', 'c', 'd'] };
        },
        'm:work': ({ topic }) => `${text(topic)}!`,
        'm:write': (input) => input,
      },
    );
    expect(seen).toEqual([{ request: { about: 'tau' } }]);
    const plan = { subtasks: ['a', 'b', 'c', 'd'] };
    const answer = { request: { about: 'tau' }, plan, results: ['a!', 'b!', 'c!', 'd!'] };
    expect(outcome).toEqual({ kind: 'ok', output: { answer } });
    expect(inFlight).toBe(3);
  });
});

describe('evaluatorOptimizer', () => {
  const root = (onMax: 'fail' | 'take'): FlowNode =>
    evaluatorOptimizer({ generator: task('m:write'), evaluator: task('m:judge'), roundsMax: 4, onMax });
  const calls = (good: number): Calls => ({
    'm:write': ({ draft, feedback }) => (feedback === null ? 'v1' : `${text(draft)}+`),
    'm:judge': ({ draft }) => ({ accepted: text(draft).length >= good, note: 'longer' }),
  });

  test('gives the draft back with feedback until it is accepted', () => {
    expect(run(root('fail'), { about: 'tau' }, calls(4)).outcome).toEqual({
      kind: 'ok',
      output: { request: { about: 'tau' }, draft: 'v1++', feedback: { accepted: true, note: 'longer' } },
    });
  });

  test('takes the last one, or fails, when it never is', () => {
    expect(run(root('take'), {}, calls(99)).outcome).toMatchObject({ kind: 'ok', output: { draft: 'v1+++' } });
    expect(run(root('fail'), {}, calls(99)).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4008' } });
  });
});
