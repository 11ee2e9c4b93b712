import type { Json, JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, GraphNode } from '../src/flow/definition.js';
import { flowProgram } from '../src/flow/program.js';
import { validateFlow } from '../src/flow/validate.js';
import { FlowDrive } from './support/flow-drive.js';

const task = { kind: 'task', call: 'tool:a', input: {} } as const;

/** A graph of tasks, in this order. */
function graph(names: string, edges: GraphNode['edges'], state: GraphNode['state'] = {}): FlowDefinition {
  const nodes = Object.fromEntries([...names].map((name) => [name, task]));
  return { format: 1, name: 'test', root: { kind: 'graph', state, nodes, edges, entry: ['a', 'x'] } };
}

const edge = (from: string, to: string) => ({ from: from.length === 1 ? from : [...from], to });

/** The run under another definition, with the calls that are in flight. */
function migrated(drive: FlowDrive, to: FlowDefinition): FlowDrive {
  expect([validateFlow(drive.definition), validateFlow(to)]).toEqual([[], []]);
  const found = flowProgram.migrate?.(drive.definition, to, drive.state);
  if (found?.ok !== true) throw new Error(JSON.stringify(found));
  const after = new FlowDrive(to);
  after.state = found.state;
  for (const [id, call] of drive.calls) after.calls.set(id, call);
  return after;
}

const open = (drive: FlowDrive): readonly string[] => [...drive.calls.keys()];

describe('a join of which some sources have ended', () => {
  const begun = () => new FlowDrive(graph('axbc', [edge('x', 'b'), edge('ab', 'c')])).begin().ok('a').ok('x');

  test('is due where the nodes stand in another order', () => {
    const to = graph('cbxa', [edge('x', 'b'), edge('ab', 'c')]);
    expect(open(migrated(begun(), to).ok('b@2'))).toEqual(['c@3']);
  });

  test('is due once a source has ended that is new', () => {
    const to = graph('axbdc', [edge('x', 'b'), edge('b', 'd'), edge('abd', 'c')]);
    const drive = migrated(begun(), to).ok('b@2');
    expect(open(drive)).toEqual(['d@3']);
    expect(open(drive.ok('d@3'))).toEqual(['c@4']);
  });

  test('has forgotten nothing when a source of it is gone, and is forgotten with its node', () => {
    const fewer = graph('axbyc', [edge('x', 'b'), edge('x', 'y'), edge('ay', 'c')]);
    expect(migrated(begun(), fewer).state.root).toMatchObject({ joins: { 'a+y>c': ['a'] } });
    const gone = graph('axb', [edge('x', 'b')]);
    expect(migrated(begun(), gone).state.root).not.toHaveProperty('joins');
  });
});

describe('a key that gets another reducer', () => {
  const held = (key: Json, state: GraphNode['state'], input: JsonObject = { k: key }) => {
    const drive = new FlowDrive(graph('ax', [], { k: {} }), input).begin();
    return flowProgram.migrate?.(drive.definition, graph('ax', [], state), drive.state);
  };

  test.each<[Json, string]>([
    ['text', 'add'],
    [[1], 'byId'],
    [7, 'append'],
    [[1], 'merge'],
    ['text', 'max'],
  ])('must fit it: %j is nothing for %s', (value, reducer) => {
    expect(held(value, { k: { reducer } })).toEqual({
      ok: false,
      reasons: [`$root: key "k" does not fit its new reducer "${reducer}": keep its reducer, or use another key`],
    });
  });

  test('keeps what fits it, and begins anew where it holds nothing', () => {
    expect(held([{ id: 1 }], { k: { reducer: 'byId' } })).toMatchObject({
      state: { root: { values: { k: [{ id: 1 }] } } },
    });
    expect(held(null, { k: { reducer: 'append' } })).toMatchObject({ state: { root: { values: { k: [] } } } });
  });
});
