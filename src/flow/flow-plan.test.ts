import { data } from '@actions/expressions';
import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { EMPTY_SCOPE, type ExpressionScope } from '../expression/expression.js';
import { toData } from '../expression/expression-data.js';
import type { FlowDefinition, FlowNode } from './definition.js';
import { patchedFunction } from './expression-dialect.js';
import { createPlanner, END_INDEX, type GraphPlan, type NodePlan, planOf } from './flow-plan.js';
import { placesIn } from './secret-places.js';

function planned(root: FlowNode): NodePlan {
  return planOf({ format: 1, name: 'test', root }).root;
}

function scopeOf(contexts: JsonObject, patches: readonly string[] = []): ExpressionScope {
  const view = toData(contexts);
  if (!(view instanceof data.Dictionary)) throw new Error('contexts are an object');
  return { contexts: view, statusFunctions: () => patchedFunction((id) => patches.includes(id)) };
}

const PASS: FlowNode = { kind: 'pass' };

function evaluated(input: Json, contexts: JsonObject, patches: readonly string[] = []): Json | undefined {
  return planned({ kind: 'pass', input }).input?.(scopeOf(contexts, patches));
}

describe('planOf', () => {
  test('is made once for each definition object', () => {
    const definition: FlowDefinition = { format: 1, name: 'test', root: PASS, patches: ['a'] };
    expect(planOf(definition)).toBe(planOf(definition));
    expect(planOf(structuredClone(definition))).not.toBe(planOf(definition));
    expect(planOf(definition).patches).toEqual(new Set(['a']));
  });

  test('has all nodes, each before its children, with their places', () => {
    const plan = planOf({
      format: 1,
      name: 'test',
      root: {
        kind: 'chain',
        nodes: [
          { name: 'a', node: { kind: 'map', node: PASS } },
          { name: 'b', node: { kind: 'route', choose: [{ name: 'x', when: 'true', node: PASS }], otherwise: PASS } },
          {
            name: 'c',
            node: {
              kind: 'saga',
              steps: [
                { name: 's', node: PASS },
                { name: 't', node: PASS, undo: PASS },
              ],
            },
          },
        ],
      },
    });
    expect(plan.nodes.map(({ id, name, indexes, place }) => [id, name, indexes.join('.'), place])).toEqual([
      [0, '', '', 'root'],
      [1, 'a', '0', 'root.nodes[0].node'],
      [2, '', '0.0', 'root.nodes[0].node.node'],
      [3, 'b', '1', 'root.nodes[1].node'],
      [4, 'x', '1.0', 'root.nodes[1].node.choose[0].node'],
      [5, 'otherwise', '1.1', 'root.nodes[1].node.otherwise'],
      [6, 'c', '2', 'root.nodes[2].node'],
      [7, 's', '2.0', 'root.nodes[2].node.steps[0].node'],
      [8, 't', '2.1', 'root.nodes[2].node.steps[1].node'],
      [9, 't.undo', '2.2', 'root.nodes[2].node.steps[1].undo'],
    ]);
    expect(plan.nodes[6]).toMatchObject({ kind: 'saga', steps: 2, undo: [undefined, 2] });
    expect(plan.nodes[3]).toMatchObject({ kind: 'route', otherwise: 1 });
  });

  test('names nodes and keys of a graph by their places', () => {
    const graph = planned({
      kind: 'graph',
      state: { text: {}, list: { reducer: 'append' }, sum: { reducer: 'add', initial: 5 } },
      nodes: {
        a: { kind: 'task', call: 'x:y', leadsTo: ['c', '$end'], onError: { goto: 'b' } },
        b: { kind: 'pass', writes: { list: '${{ output.x }}', sum: 1 } },
        c: PASS,
      },
      edges: [
        { from: ['c', 'b'], to: 'a', when: 'state.sum > 1' },
        { from: ['b'], to: '$end' },
        { from: 'b', choose: [{ when: 'true', to: 'c' }, { to: '$end' }] },
        { from: 'a', each: 'output.items', to: 'b' },
      ],
      entry: ['c', 'a'],
      output: ['sum'],
    }) as GraphPlan;
    const [a, b, c] = graph.children;
    expect(a).toMatchObject({ onError: { goto: 1 }, leadsTo: new Set([2, END_INDEX]) });
    expect(b?.writes?.map(({ key, name }) => [key, name])).toEqual([
      [1, 'list'],
      [2, 'sum'],
    ]);
    expect(c).toMatchObject({ onError: 'fail', input: undefined, writes: undefined, timeoutMs: undefined });
    expect(graph).toMatchObject({ entry: [0, 2], output: [2], stepsMax: 1_000 });
    expect(graph.initial).toEqual({ text: null, list: [], sum: 5 });
    expect(graph.joins).toMatchObject([{ kind: 'join', index: 0, join: 0, from: [1, 2], to: 0 }]);
    expect(graph.out.map((edges) => edges.map(({ kind, index }) => `${index} ${kind}`))).toEqual([
      ['3 each'],
      ['0 join', '1 to', '2 choose'],
      ['0 join'],
    ]);
    expect(graph.out[1]?.[0]).toBe(graph.out[2]?.[0]);
  });

  test('applies defaults', () => {
    const question = { question: 'Go?' };
    const map = planned({
      kind: 'map',
      node: PASS,
      interrupt: { before: question, after: question },
      lock: { key: 'k' },
    });
    expect(map).toMatchObject({ workers: Number.POSITIVE_INFINITY, failure: 'fail-fast', over: undefined });
    expect([...(map.before?.actions ?? [])]).toEqual(['approve', 'edit', 'respond', 'reject']);
    expect([...(map.after?.actions ?? [])]).toEqual(['approve', 'edit', 'reject']);
    expect(map.lock).toMatchObject({ waiting: 'queue' });
  });

  test('takes reducers of its own', () => {
    const product = { initial: 1, acceptsMany: true, reduce: (): Json => 0 };
    const definition: FlowDefinition = {
      format: 1,
      name: 'test',
      root: { kind: 'graph', state: { p: { reducer: 'product' } }, nodes: { a: PASS }, edges: [], entry: ['a'] },
    };
    expect(createPlanner({ product })(definition).root).toMatchObject({ keys: [{ reducer: product, initial: 1 }] });
    expect(planOf(definition).root).toMatchObject({ keys: [{ initial: null }] });
  });
});

describe('templates', () => {
  test('keep the type of an expression that is alone, and make text of others', () => {
    const input = { whole: '${{ input.n }}', text: 'n=${{ input.n }}, ${{ input.l[0] }}', plain: [1, null, 'x'] };
    expect(evaluated(input, { input: { n: 1, l: ['a'] } })).toEqual({
      whole: 1,
      text: 'n=1, a',
      plain: [1, null, 'x'],
    });
  });

  test('without expressions are the very same object each time', () => {
    const input = { a: [1, { b: 2 }] };
    expect(evaluated(input, {})).toBe(input);
  });

  test('know length and patched', () => {
    const lengths = ['list', 'object', 'text', 'number', 'none'].map((name) => `\${{ length(input.${name}) }}`);
    const values = { list: [1, 2], object: { a: 1 }, text: 'häß', number: 1234 };
    expect(evaluated(lengths, { input: values })).toEqual([2, 1, 3, 4, 0]);
    const patched = "${{ patched('new') && 'new' || 'old' }}";
    expect(evaluated(patched, {}, ['new'])).toBe('new');
    expect(evaluated(patched, {})).toBe('old');
  });

  test('that fail say where they stand', () => {
    const fails = planned({ kind: 'pass', input: { a: "${{ fromJSON('{') }}" } });
    expect(() => fails.input?.(EMPTY_SCOPE)).toThrow(/at root\.input\.a: fromJSON was given "\{", which is no JSON/);
  });

  test('of conditions may have their braces or not', () => {
    const loops = ['output.n > 1', ' ${{ output.n > 1 }}'.trim()].map((until) =>
      planned({ kind: 'loop', node: PASS, until, roundsMax: 1 }),
    );
    const held = loops.map((loop) => loop.kind === 'loop' && loop.until(scopeOf({ output: { n: 2 } })));
    expect(held).toEqual([true, true]);
  });
});

describe('secrets', () => {
  test('are taken out of the input, and told by their places', () => {
    const task = planned({
      kind: 'task',
      call: 'tool:get',
      input: {
        url: '${{ input.url }}',
        headers: { 'x/y~z': 'Bearer ${{ secrets.TOKEN }}', list: ['a', 'u:${{ input.user }}:${{secrets.PASS}}'] },
      },
    });
    const scope = scopeOf({ input: { url: 'u', user: 'me' } });
    expect(task.input?.(scope)).toEqual({ url: 'u', headers: { 'x/y~z': '***', list: ['a', '***'] } });
    expect(task.kind === 'task' && task.secrets?.(scope)).toEqual({
      '/headers/x~1y~0z': ['Bearer ', { secret: 'TOKEN' }],
      '/headers/list/1': ['u:', 'me', ':', { secret: 'PASS' }],
    });
  });

  test('have their place in the object that an input of another kind becomes', () => {
    const task = planned({ kind: 'task', call: 'tool:get', input: ['${{ secrets.TOKEN }}'] });
    expect(task.kind === 'task' && task.secrets?.(EMPTY_SCOPE)).toEqual({ '/value/0': [{ secret: 'TOKEN' }] });
  });

  test('of inputs without any are not looked for', () => {
    const task = planned({ kind: 'task', call: 'tool:get', input: { text: 'secrets.TOKEN' } });
    expect(task).toMatchObject({ secrets: undefined });
  });

  test('hold only where an edited input still has their mask', () => {
    const places = { '/a/b~1c': [{ secret: 'X' }], '/d': [{ secret: 'Y' }], '/e/0': [{ secret: 'Z' }] };
    const edited: Json = { a: { 'b/c': '***' }, d: 'mine', e: 'text' };
    expect(isJsonObject(edited) && placesIn(edited, places)).toEqual({ '/a/b~1c': [{ secret: 'X' }] });
    expect(placesIn({}, places)).toBeUndefined();
  });
});
