import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode } from '../flow/definition.js';
import { workflowLanguage } from '../workflow/language.js';
import { diffDefinitions } from './diff-definitions.js';

function workflow(jobs: string) {
  const parsed = workflowLanguage.parse(`on: push\njobs:\n${jobs}`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

const flow = (root: FlowNode): FlowDefinition => ({ format: 1, name: 'f', root });
const texts = (from: unknown, to: unknown) => diffDefinitions(from, to).map(({ text }) => text);
const task = (call: string): FlowNode => ({ kind: 'task', call });

describe('of flows', () => {
  const graph = (nodes: { readonly [name: string]: FlowNode }, edges: readonly [string, string][]): FlowDefinition =>
    flow({
      kind: 'graph',
      state: { plan: { reducer: 'append' } },
      nodes,
      edges: edges.map(([from, to]) => ({ from, to })),
      entry: ['plan'],
    });

  test('tells nodes, edges and keys of states by name', () => {
    const from = graph({ plan: task('model:a'), act: task('tool:x@v1') }, [['plan', 'act']]);
    const to: FlowDefinition = {
      ...graph({ plan: task('model:b'), check: task('model:c') }, [
        ['plan', 'check'],
        ['check', '$end'],
      ]),
      patches: ['checks'],
    };
    expect(texts(from, to)).toEqual([
      'definition: /patches: added ["checks"]',
      'node root.plan: /call: "model:a" -> "model:b"',
      'node root.check: added',
      'edge root: plan -> check: added',
      'edge root: check -> $end: added',
      'node root.act: removed',
      'edge root: plan -> act: removed',
    ]);
  });

  test('follows patterns into each other', () => {
    const of = (inner: FlowNode, when: string): FlowDefinition =>
      flow({
        kind: 'chain',
        nodes: [
          { name: 'all', node: { kind: 'map', node: inner } },
          { name: 'way', node: { kind: 'route', choose: [{ name: 'left', when, node: task('a') }], otherwise: inner } },
          { name: 'safe', node: { kind: 'saga', steps: [{ name: 'pay', node: task('pay'), undo: inner }] } },
        ],
      });
    expect(texts(of(task('x'), 'input > 1'), of(task('y'), 'input > 2'))).toEqual([
      'node root.all[*]: /call: "x" -> "y"',
      'node root.way.left: /when: "input > 1" -> "input > 2"',
      'node root.way.otherwise: /call: "x" -> "y"',
      'node root.safe.pay.undo: /call: "x" -> "y"',
    ]);
  });

  test('tells when the nodes of a graph are in another order, in which their updates come in', () => {
    const from = graph({ plan: task('model:a'), act: task('tool:x@v1') }, []);
    const to = graph({ act: task('tool:x@v1'), plan: task('model:a') }, []);
    expect(texts(from, to)).toEqual(['node root: order: plan, act -> act, plan']);
  });

  test('tells parts of one path apart', () => {
    const of = (call: string): FlowDefinition => {
      const inner: FlowNode = { kind: 'chain', nodes: [{ name: 'undo', node: task(call) }] };
      return flow({ kind: 'saga', steps: [{ name: 'pay', node: inner, undo: task('tool:undo') }] });
    };
    expect(texts(of('tool:a'), of('tool:b'))).toEqual(['node root.pay.undo: /call: "tool:a" -> "tool:b"']);
  });

  test('tells when only the order changed', () => {
    const chain = (...names: readonly string[]): FlowDefinition =>
      flow({ kind: 'chain', nodes: names.map((name) => ({ name, node: task(name) })) });
    expect(diffDefinitions(chain('a', 'b', 'c'), chain('b', 'a', 'c'))).toEqual([
      { change: 'reordered', what: 'node', path: 'root', text: 'node root: order: a, b, c -> b, a, c' },
    ]);
    expect(texts(chain('a', 'c'), chain('a', 'b', 'c'))).toEqual(['node root.b: added']);
  });
});

describe('of workflows', () => {
  test('tells jobs and steps, and nothing of where they stand', () => {
    const from = workflow('  a: { steps: [{ uses: x/one@v1 }, { id: two, uses: x/two@v1, with: { n: 1 } }] }');
    const to = workflow(
      '\n  # a comment\n  a: { steps: [{ uses: x/zero@v1 }, { uses: x/one@v1 }, { id: two, uses: x/two@v1, with: { n: 2 } }] }\n  b: { needs: a, steps: [{ uses: x/one@v1 }] }',
    );
    expect(texts(from, to)).toEqual([
      'step a.x/zero@v1: added',
      'step a.two: /with/0/value/value: 1 -> 2',
      'job b: added',
      'step b.x/one@v1: added',
    ]);
    expect(
      texts(from, workflow('\n\n  a: { steps: [{ uses: x/one@v1 }, { id: two, uses: x/two@v1, with: { n: 1 } }] }')),
    ).toEqual([]);
  });

  test('tells steps without a name apart by their number', () => {
    const steps = (...names: readonly string[]) =>
      workflow(`  a: { steps: [${names.map((name) => `{ uses: x/${name}@v1 }`).join(', ')}] }`);
    expect(texts(steps('one', 'one'), steps('one'))).toEqual(['step a.x/one@v1#2: removed']);
  });
});

test('any other JSON is compared as it is', () => {
  expect(texts({ cron: '* * * * *' }, { cron: '0 * * * *' })).toEqual([
    'definition: /cron: "* * * * *" -> "0 * * * *"',
  ]);
  for (const odd of [
    null,
    1,
    [],
    {},
    { root: { nodes: [null, 1], edges: 'x' } },
    { jobs: [null, { steps: 3 }] },
  ] as Json[]) {
    expect(texts(odd, odd)).toEqual([]);
    expect(() => texts(odd, { root: { kind: 'chain', nodes: [{}] } })).not.toThrow();
  }
});
