import { describe, expect, test } from 'vitest';
import { append, edge, graph, pass, replace, task } from './builder/index.js';
import type { FlowDefinition } from './definition.js';
import { toJson } from './flow-json.js';
import { flowLanguage } from './language.js';

const root = graph({
  state: { zeta: replace<number>(0), alpha: append<string>() },
  nodes: { second: task('x:y', { input: { b: 1, a: [{ d: 1, c: 2 }] } }), first: pass() },
  edges: [edge('second', 'first')],
});
const definition: FlowDefinition = { format: 1, name: 'x', root };

describe('toJson', () => {
  test('reads from the name down to the parts, and keeps the order that counts', () => {
    expect(toJson(definition)).toMatchInlineSnapshot(`
      "{
        "format": 1,
        "name": "x",
        "root": {
          "kind": "graph",
          "state": {
            "zeta": {
              "initial": 0
            },
            "alpha": {
              "reducer": "append"
            }
          },
          "entry": [
            "second"
          ],
          "nodes": {
            "second": {
              "kind": "task",
              "call": "x:y",
              "input": {
                "a": [
                  {
                    "c": 2,
                    "d": 1
                  }
                ],
                "b": 1
              }
            },
            "first": {
              "kind": "pass"
            }
          },
          "edges": [
            {
              "from": "second",
              "to": "first"
            }
          ]
        }
      }
      "
    `);
  });

  test('parses back to the same', () => {
    expect(flowLanguage.parse(toJson(definition), 'x.json')).toEqual({ ok: true, definition });
  });

  test('is the same for equal definitions, whatever built them', () => {
    const turned: FlowDefinition = {
      root: { entry: root.entry, edges: root.edges, nodes: root.nodes, state: root.state, kind: 'graph' },
      name: 'x',
      format: 1,
    };
    expect(toJson(turned)).toBe(toJson(definition));
  });

  test('tells graphs apart whose nodes are in another order', () => {
    const { second, first } = root.nodes;
    const turned = { ...root, nodes: { ...(first && { first }), ...(second && { second }) } };
    expect(toJson({ ...definition, root: turned })).not.toBe(toJson(definition));
  });
});
