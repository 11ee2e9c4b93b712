import { TauError } from 'tau-core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { FlowNode } from '../definition.js';
import { createFlowLanguage } from '../language.js';
import { validateFlow } from '../validate.js';
import {
  add,
  append,
  ask,
  byId,
  chain,
  choose,
  defineFlow,
  each,
  edge,
  evaluatorOptimizer,
  graph,
  last,
  loopUntil,
  mapOver,
  mapReduce,
  max,
  merge,
  min,
  orchestratorWorkers,
  parallel,
  pass,
  race,
  reduced,
  replace,
  route,
  type StateOf,
  saga,
  secret,
  task,
  union,
  wait,
} from './index.js';

const X = task('x:y');

function refusal(make: () => unknown): TauError {
  try {
    make();
  } catch (thrown) {
    if (thrown instanceof TauError) return thrown;
  }
  throw new Error('it was to be refused');
}

describe('node functions', () => {
  test.each<[string, FlowNode, unknown]>([
    ['task', task('x:y', { timeoutMs: 5 }), { kind: 'task', call: 'x:y', timeoutMs: 5 }],
    ['ask', ask('Go?', { actions: ['approve'] }), { kind: 'ask', question: 'Go?', actions: ['approve'] }],
    ['pass', pass({ input: 1 }), { kind: 'pass', input: 1 }],
    ['wait', wait('${{ input.ms }}'), { kind: 'wait', ms: '${{ input.ms }}' }],
    [
      'chain',
      chain({ b: X, a: X }),
      {
        kind: 'chain',
        nodes: [
          { name: 'b', node: X },
          { name: 'a', node: X },
        ],
      },
    ],
    ['parallel', parallel({ a: X }, { workers: 2 }), { kind: 'parallel', nodes: [{ name: 'a', node: X }], workers: 2 }],
    ['race', race({ a: X }), { kind: 'race', nodes: [{ name: 'a', node: X }] }],
    ['map', mapOver(X, { over: 'input.l' }), { kind: 'map', node: X, over: 'input.l' }],
    ['loop', loopUntil('output', X, { roundsMax: 2 }), { kind: 'loop', node: X, until: 'output', roundsMax: 2 }],
    [
      'route',
      route({ a: { when: 'input', node: X } }, { otherwise: pass() }),
      { kind: 'route', choose: [{ name: 'a', when: 'input', node: X }], otherwise: { kind: 'pass' } },
    ],
    [
      'saga',
      saga({ a: X, b: { node: X, undo: X } }),
      {
        kind: 'saga',
        steps: [
          { name: 'a', node: X },
          { name: 'b', node: X, undo: X },
        ],
      },
    ],
  ])('%s is plain data', (_, node, expected) => {
    expect(node).toEqual(expected);
    expect(validateFlow({ format: 1, name: 'x', root: node })).toEqual([]);
  });
});

describe('graph', () => {
  const typed = graph({
    state: {
      one: replace<number>(0),
      text: replace<string>(),
      latest: last<boolean>(false),
      notes: append<string>(),
      sum: add(),
      low: min(),
      high: max(),
      facts: merge<{ a: number }>(),
      tags: union<string>(),
      cards: byId<{ id: string }>(),
      token: secret(),
      product: reduced<number>('product', { initial: 1 }),
    },
    nodes: { a: X, b: task('x:y', { leadsTo: ['c'] }), c: X },
    edges: [edge('a', 'b'), edge(['a', 'b'], '$end', 'state.one > 1'), each('a', 'output.list', 'c')],
    output: ['notes', 'sum'],
  });

  test('is plain data, its keys by their reducers', () => {
    expect(typed.state).toEqual({
      one: { initial: 0 },
      text: {},
      latest: { reducer: 'last', initial: false },
      notes: { reducer: 'append' },
      sum: { reducer: 'add', initial: 0 },
      low: { reducer: 'min' },
      high: { reducer: 'max' },
      facts: { reducer: 'merge' },
      tags: { reducer: 'union' },
      cards: { reducer: 'byId' },
      token: { type: 'text', secret: true },
      product: { reducer: 'product', initial: 1 },
    });
    expect(typed).toMatchObject({ kind: 'graph', entry: ['a'], output: ['notes', 'sum'] });
    expect(typed.edges[2]).toEqual({ from: 'a', each: 'output.list', to: 'c' });
  });

  test('knows the type of its state', () => {
    type State = StateOf<typeof typed>;
    expectTypeOf<State['one']>().toEqualTypeOf<number>();
    expectTypeOf<State['text']>().toEqualTypeOf<string | null>();
    expectTypeOf<State['notes']>().toEqualTypeOf<readonly string[]>();
    expectTypeOf<State['cards']>().toEqualTypeOf<readonly { id: string }[]>();
    expectTypeOf<State['facts']>().toEqualTypeOf<{ a: number }>();
    expectTypeOf<State['high']>().toEqualTypeOf<number | null>();
    expectTypeOf<State['product']>().toEqualTypeOf<number>();
  });

  test('refuses names of nodes that there are not, when it is compiled', () => {
    const made = graph({
      nodes: { a: X, b: X },
      edges: [
        edge('a', 'b'),
        // @ts-expect-error there is no node c
        edge('b', 'c'),
        // @ts-expect-error nor d
        choose('a', [{ when: 'true', to: 'd' }]),
      ],
      // @ts-expect-error nor e
      entry: 'e',
    });
    expect(validateFlow({ format: 1, name: 'x', root: made }).length).toBeGreaterThan(2);
  });

  test.each<[string, () => unknown, string]>([
    ['no node is first', () => graph({ nodes: { a: X }, edges: [edge('a', 'a')] }), 'every node has an edge to it'],
    ['several are', () => graph({ nodes: { a: X, b: X }, edges: [] }), 'nothing leads to "a", "b"'],
  ])('must say where it begins when %s', (_, make, why) => {
    const refused = refusal(make);
    expect(refused.is('DEFINITION_REFUSED')).toBe(true);
    expect(refused.message).toBe(`a graph must say where it begins: ${why}; add "entry"`);
  });

  test('does not begin with where failures and commands lead', () => {
    const nodes = { a: task('x:y', { onError: { goto: 'b' }, leadsTo: ['c'] }), b: X, c: X };
    expect(graph({ nodes, edges: [] }).entry).toEqual(['a']);
  });
});

describe('defineFlow', () => {
  test('gives what a host runs', () => {
    const { definition, language } = defineFlow('test', X, { description: 'd', patches: ['p'] });
    expect(definition).toEqual({ format: 1, name: 'test', root: X, description: 'd', patches: ['p'] });
    expect(language.program.kind).toBe('flow');
  });

  test('lists everything that is wrong', () => {
    const refused = refusal(() => defineFlow('', chain({ '1': pass({ input: 'a ${{ foo }}' }) })));
    expect(refused.is('DEFINITION_REFUSED')).toBe(true);
    expect(refused.message).toBe(`the flow "" is refused:
name: this must be a text of 1 to 100 characters
root.nodes[0].name: this must be a name: letters, digits, "-" and "_", the first a letter or "_", at most 100
root.nodes[0].node.input, column 7: there is no context "foo": there are input, run, vars; a text stands in single quotes`);
    expect(refused.data.details).toMatchObject({ findings: [{ place: 'name' }, {}, { column: 7 }] });
  });

  test('knows the reducers of its language', () => {
    const counted = graph({ state: { p: reduced('product') }, nodes: { a: X }, edges: [] });
    const product = { initial: 1, acceptsMany: true, reduce: () => 0 };
    const language = createFlowLanguage({ reducers: { product } });
    expect(defineFlow('test', counted, { language }).language).toBe(language);
    expect(refusal(() => defineFlow('test', counted)).message).toContain('there is no reducer "product"');
  });
});

describe('patterns', () => {
  test.each<[string, FlowNode]>([
    ['mapReduce', mapReduce({ over: 'input.l', map: X, reduce: X, failure: 'collect' })],
    ['orchestratorWorkers', orchestratorWorkers({ planner: X, worker: X, synthesizer: X, failure: 'collect' })],
    ['evaluatorOptimizer', evaluatorOptimizer({ generator: X, evaluator: X, roundsMax: 3, onMax: 'take' })],
  ])('%s is right anywhere', (_, node) => {
    const inChain = chain({ a: node, b: loopUntil('output', chain({ c: node }), { roundsMax: 2 }) });
    expect(validateFlow({ format: 1, name: 'x', root: node })).toEqual([]);
    expect(validateFlow({ format: 1, name: 'x', root: inChain })).toEqual([]);
  });

  test('are bounded, and keep what their nodes say', () => {
    const own = task('x:y', { input: { mine: true } });
    const research = orchestratorWorkers({ planner: own, worker: X, synthesizer: X, subtasks: 'input.list' });
    expect(research.nodes).toMatchObject({
      plan: { input: { mine: true }, writes: { plan: '${{ output }}' } },
      work: { kind: 'map', over: 'input.list', workers: 4 },
    });
    expect(mapReduce({ map: X, reduce: X, workers: 9 })).toMatchObject({ nodes: [{ node: { workers: 9 } }, {}] });
  });
});
