import { describe, expect, test } from 'vitest';
import { validateFlow } from './validate.js';

const LOGIN = { kind: 'task', call: 'tool:login' };
const SECRET = { token: { secret: true } };

function graph(node: object, more: object = {}): object {
  return { kind: 'graph', state: SECRET, nodes: { n: node }, edges: [], entry: ['n'], ...more };
}

function refusals(root: object): readonly string[] {
  return validateFlow({ format: 1, name: 'test', root }).map(({ place, message }) => `${place}: ${message}`);
}

const named = (...names: string[]) => names.map((name) => ({ name, node: LOGIN }));

describe('a secret key', () => {
  test.each<[string, object]>([
    ['a task, by default', LOGIN],
    ['a task, by a path', { ...LOGIN, writes: { token: '${{ output.auth.token }}' } }],
    ['a command', { ...LOGIN, leadsTo: ['$end'] }],
    ['an ask', { kind: 'ask', question: '?', writes: { token: '${{ output }}' } }],
    ['a pass, that is given the state', { kind: 'pass' }],
    ['a pattern that writes other things', { kind: 'chain', nodes: named('a'), writes: {} }],
    ['a graph that is given the secret', graph(LOGIN, { input: { token: '${{ state.token }}' }, writes: {} })],
    ['a graph that is given nothing', graph(LOGIN, { input: { token: null }, writes: {} })],
  ])('may stand in a graph with %s', (_, node) => {
    expect(refusals(graph(node))).toEqual([]);
  });

  test.each<[string, object]>([
    ['of the name', { input: { token: '${{ input.token }}' } }],
    ['all of it', { input: '${{ input }}' }],
  ])('of the root may be given what the run was started with, %s', (_, more) => {
    expect(refusals(graph(LOGIN, more))).toEqual([]);
  });

  test('is written by no pattern', () => {
    const writes = { token: '${{ output.login.token }}' };
    const nodes = named('login', 'other');
    const all = [
      { kind: 'parallel', nodes, writes },
      { kind: 'parallel', nodes, writes, failure: 'collect' },
      { kind: 'race', nodes, writes: { token: '${{ output.output.token }}' } },
      { kind: 'chain', nodes, writes },
      { kind: 'loop', until: 'true', roundsMax: 1, node: LOGIN, writes },
      { kind: 'pass', writes },
      graph(LOGIN, { state: { t: {} }, writes }),
    ];
    for (const node of all)
      expect(refusals(graph(node))).toEqual([
        `root.nodes.n.writes.token: "token" is secret, and this is a ${(node as { kind: string }).kind}: leave it out here; a secret is written by a task or an ask directly in its graph`,
      ]);
  });

  test('is written by no pattern by default', () => {
    const nodes = named('token', 'other');
    const all = [
      { kind: 'parallel', nodes },
      { kind: 'chain', nodes },
      graph(LOGIN, { state: { t: {} } }),
      { kind: 'pass', input: { token: '${{ state.x }}' } },
      { kind: 'pass', interrupt: { before: { question: '?' } } },
    ];
    for (const node of all)
      expect(refusals(graph(node, { state: { ...SECRET, x: {} } }))).toEqual([
        'root.nodes.n: its output is an update of the state, whose key "token" is secret: say what it writes, e.g. "writes": {}; a secret is written by a task or an ask directly in its graph',
      ]);
  });

  test('is written by no pass that is sent something', () => {
    const nodes = { n: { ...LOGIN, leadsTo: ['p'] }, p: { kind: 'pass' } };
    expect(refusals(graph(LOGIN, { nodes }))).toHaveLength(1);
    const fanned = { nodes: { n: LOGIN, p: { kind: 'pass' } }, edges: [{ from: 'n', each: 'output.l', to: 'p' }] };
    expect(refusals(graph(LOGIN, fanned))).toHaveLength(1);
  });

  test('of a graph within is given a secret of its name, and nothing else', () => {
    const within = (state: object, more: object) => graph(graph(LOGIN, { writes: {}, ...more }), { state });
    const both = { ...SECRET, plain: {} };
    expect(refusals(within(both, { input: { token: '${{ state.plain }}' } }))).toEqual([
      'root.nodes.n.input.token: "token" is secret, and is given a secret only: write ${{ state.token }}, of a key of this name that is secret too, or leave it out',
    ]);
    expect(refusals(within({ token: {} }, { input: { token: '${{ state.token }}' } }))).toHaveLength(1);
    expect(refusals(within(both, { input: { token: 'hunter2' } }))).toHaveLength(1);
    expect(refusals(within(both, { input: '${{ state }}' }))).toEqual([
      'root.nodes.n.input: the input of a graph with secret keys is an object, by key: write { "token": ... }',
    ]);
    expect(refusals(within(both, {}))).toEqual([
      'root.nodes.n: a graph within a flow, with secret keys, says what it is given: write e.g. "input": { "token": "${{ state.token }}" }, or {} for nothing',
    ]);
  });

  test('of a graph that is no root is not given what the run was started with', () => {
    const chain = {
      kind: 'chain',
      nodes: [{ name: 'g', node: graph(LOGIN, { input: { token: '${{ input.token }}' } }) }],
    };
    expect(refusals(chain)).toHaveLength(1);
  });

  test('is no failure', () => {
    const ask = { kind: 'ask', question: '?', onError: 'continue' };
    expect(refusals(graph({ ...ask, writes: { token: '${{ output }}' } }))).toEqual([
      'root.nodes.n.onError: its failure would be the secret "token": leave this out, or write a path of the output',
    ]);
    expect(refusals(graph({ ...ask, writes: { token: '${{ output.token }}' } }))).toEqual([]);
  });

  test('is no answer of the definition', () => {
    const question = { question: '?', deadlineMs: 1 };
    const respond = { ...question, default: { action: 'respond', value: 'hunter2' } };
    const edit = { ...question, default: { action: 'edit', value: { token: 'hunter2' } } };
    const all = [
      graph({ kind: 'ask', ...respond, writes: { token: '${{ output }}' } }),
      graph({ ...LOGIN, interrupt: { after: edit } }),
      graph({ ...LOGIN, writes: { token: '${{ output }}' }, interrupt: { before: respond } }),
      graph(LOGIN, { interrupt: { before: edit } }),
    ];
    for (const root of all)
      expect(refusals(root)).toEqual([
        expect.stringContaining('"token" is secret, and a secret is never in a definition: leave this out'),
      ]);
  });
});
