import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from './definition.js';
import { FINDINGS_MAX, FLOW_CHARS_MAX } from './limits.js';
import { validateFlow } from './validate.js';

const PASS = { kind: 'pass' };
const TASK = { kind: 'task', call: 'tool:shell@v1' };
const WRITES = { kind: 'pass', writes: { a: 1 } };

function flow(root: unknown, patches?: readonly string[]): unknown {
  return { format: 1, name: 'test', root, ...(patches && { patches }) };
}

/** A graph that is right as it is, but for what a test puts in. */
function graph(members: { readonly [member: string]: unknown }): unknown {
  return { kind: 'graph', state: {}, nodes: { n: PASS }, edges: [], entry: ['n'], ...members };
}

function nested(levels: number): unknown {
  let node: unknown = PASS;
  for (let level = 1; level < levels; level += 1) node = { kind: 'map', node };
  return node;
}

function refusals(definition: unknown): readonly string[] {
  return validateFlow(definition).map(
    ({ place, column, message }) => `${place}${column === undefined ? '' : `:${column}`}: ${message}`,
  );
}

describe('refuses the definition itself', () => {
  test('no object', () => {
    expect(refusals(7)).toMatchInlineSnapshot(`
      [
        "definition: this must be an object with "format", "name", "description", "root", "patches"",
        "definition: e.g. { "format": 1, "name": "hello", "root": { "kind": "pass" } }",
      ]
    `);
  });

  test('another format', () => {
    expect(refusals({ format: 2, name: 'x', root: PASS })).toMatchInlineSnapshot(`
      [
        "format: this must be 1",
      ]
    `);
  });

  test('members that there are not, with what was meant', () => {
    expect(refusals({ format: 1, name: 'x', rooot: PASS, root: PASS })).toMatchInlineSnapshot(`
      [
        "rooot: unknown member "rooot": did you mean "root"?",
      ]
    `);
  });

  test('members that are missing', () => {
    expect(refusals({})).toMatchInlineSnapshot(`
      [
        "definition: "format" is missing: write 1",
        "definition: "name" is missing: what people call the flow",
        "definition: "root" is missing: the node that is run",
      ]
    `);
  });

  test('no name', () => {
    expect(refusals({ format: 1, name: '', root: PASS })).toMatchInlineSnapshot(`
      [
        "name: this must be a text of 1 to 100 characters",
      ]
    `);
  });

  test('patches twice', () => {
    expect(refusals({ format: 1, name: 'x', root: PASS, patches: ['a', 'a', '1'] })).toMatchInlineSnapshot(`
      [
        "patches[1]: "a" is there twice: once is enough",
        "patches[2]: this must be a name: letters, digits, "-" and "_", the first a letter or "_", at most 100",
      ]
    `);
  });

  test('no JSON', () => {
    expect(refusals({ format: 1, name: 'x', root: { kind: 'pass', input: new Map() } })).toMatchInlineSnapshot(`
      [
        "root.input: this is an instance of a class: take a plain object",
      ]
    `);
  });

  test('numbers that are none of JSON', () => {
    expect(refusals({ format: 1, name: 'x', root: { kind: 'pass', input: [Number.NaN] } })).toMatchInlineSnapshot(`
      [
        "root.input[0]: NaN is no number of JSON: take a finite one",
      ]
    `);
  });

  test('functions', () => {
    expect(refusals({ format: 1, name: 'x', root: { kind: 'pass', input: () => 1 } })).toMatchInlineSnapshot(`
      [
        "root.input: a function is no JSON: take a text, number, boolean, list, object or null",
      ]
    `);
  });

  test('names that no object may have', () => {
    expect(
      refusals({ format: 1, name: 'x', root: { kind: 'pass', input: JSON.parse('{"__proto__": 1}') } }),
    ).toMatchInlineSnapshot(`
      [
        "root.input: "__proto__" cannot be used as a name: take another",
      ]
    `);
  });

  test('too much', () => {
    expect(
      refusals({ format: 1, name: 'x', root: { kind: 'pass', input: 'x'.repeat(FLOW_CHARS_MAX) } }),
    ).toMatchInlineSnapshot(`
      [
        "definition: a definition may have 1048576 characters: split it, and start the parts by "run:start@v1"",
      ]
    `);
  });
});

describe('refuses nodes', () => {
  test('no node', () => {
    expect(refusals(flow(null))).toMatchInlineSnapshot(`
      [
        "root: this must be a node, e.g. { "kind": "task", "call": "model:classify" }",
      ]
    `);
  });

  test('no kind', () => {
    expect(refusals(flow({}))).toMatchInlineSnapshot(`
      [
        "root: "kind" is missing: take one of task, ask, pass, wait, receive, chain, parallel, map, race, loop, route, saga, graph",
      ]
    `);
  });

  test('an unknown kind', () => {
    expect(refusals(flow({ kind: 'tusk' }))).toMatchInlineSnapshot(`
      [
        "root.kind: unknown kind: did you mean "task"?",
      ]
    `);
  });

  test('members of other kinds', () => {
    expect(refusals(flow({ kind: 'pass', call: 'a:b', retry: 1 }))).toMatchInlineSnapshot(`
      [
        "root.call: unknown member "call": there are kind, input, writes, timeoutMs, onError, interrupt, lock",
        "root.retry: unknown member "retry": there are kind, input, writes, timeoutMs, onError, interrupt, lock",
      ]
    `);
  });

  test('a call that is none', () => {
    expect(refusals(flow({ kind: 'task', call: 'classify' }))).toMatchInlineSnapshot(`
      [
        "root.call: this must be a capability, <kind>:<name>, e.g. "model:classify" or "action:github/comment@v1"",
      ]
    `);
  });

  test('a task without a call', () => {
    expect(refusals(flow({ kind: 'task', timeoutMs: 0, onError: 'ignore' }))).toMatchInlineSnapshot(`
      [
        "root.timeoutMs: this must be a whole number from 1 to 31622400000 milliseconds",
        "root.onError: this must be "fail", "continue" or { "goto": "name of a node" }",
        "root: "call" is missing: the capability that it calls, e.g. "model:classify"",
      ]
    `);
  });

  test('a retry that is none', () => {
    expect(
      refusals(flow({ ...TASK, retry: { attemptsMax: 0, firstDelayMs: 1.5, factor: 0.5 } })),
    ).toMatchInlineSnapshot(`
      [
        "root.retry.attemptsMax: this must be a whole number from 1 to 1000",
        "root.retry.firstDelayMs: this must be a whole number from 0 to 31622400000 milliseconds",
        "root.retry.factor: this must be a number from 1 to 1000",
        "root.retry: "delayMaxMs" is missing: the longest delay in milliseconds",
      ]
    `);
  });

  test('a policy that is none', () => {
    expect(
      refusals(flow({ ...TASK, policy: { rate: { key: 'a', max: 0, perMs: 1 }, bulkhed: {} } })),
    ).toMatchInlineSnapshot(`
      [
        "root.policy.bulkhed: unknown member "bulkhed": did you mean "bulkhead"?",
        "root.policy.rate.max: this must be a whole number from 1 to 1000000000",
      ]
    `);
  });

  test('a lock that is none', () => {
    expect(
      refusals(flow({ kind: 'pass', lock: { key: '', slots: 0, waiting: 'x', priority: 10 } })),
    ).toMatchInlineSnapshot(`
      [
        "root.lock.key: this must be a text of 1 to 10000 characters",
        "root.lock.slots: this must be a whole number from 1 to 1000000",
        "root.lock.waiting: this must be one of "queue", "replace"",
        "root.lock.priority: this must be a whole number from 0 to 9",
      ]
    `);
  });

  test('writes outside of a graph', () => {
    expect(refusals(flow({ kind: 'pass', writes: { a: 1 } }))).toMatchInlineSnapshot(`
      [
        "root.writes: "writes" is for nodes of a graph: leave it out, or put the node into a graph",
      ]
    `);
  });

  test('goto outside of a graph', () => {
    expect(refusals(flow({ kind: 'pass', onError: { goto: 'a' } }))).toMatchInlineSnapshot(`
      [
        "root.onError.goto: "goto" is for nodes of a graph: put this node into one",
      ]
    `);
  });

  test('leadsTo outside of a graph', () => {
    expect(refusals(flow({ ...TASK, leadsTo: ['a'] }))).toMatchInlineSnapshot(`
      [
        "root.leadsTo[0]: "leadsTo" is for nodes of a graph: put this node into one",
      ]
    `);
  });

  test('a wait that is none', () => {
    expect(
      refusals(
        flow({
          kind: 'chain',
          nodes: [
            { name: 'a', node: { kind: 'wait', ms: -1 } },
            { name: 'b', node: { kind: 'wait', ms: '5s' } },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes[0].node.ms: this must be a whole number from 0 to 31622400000 milliseconds, or an expression in \${{ }}",
        "root.nodes[1].node.ms: this must be milliseconds, or an expression in \${{ }}",
      ]
    `);
  });

  test('questions that are none', () => {
    expect(
      refusals(flow({ kind: 'ask', question: '', actions: ['yes'], default: { action: 'approve' } })),
    ).toMatchInlineSnapshot(`
      [
        "root.question: this must be a text of 1 to 10000 characters",
        "root.actions[0]: this must be one of "approve", "edit", "respond", "reject"",
        "root.default.action: the default answer "approve" is none of "actions": add it there, or take another",
        "root.default: a default answer is taken after "deadlineMs": add that, or leave "default" out",
      ]
    `);
  });

  test('a default that is none of the actions', () => {
    expect(
      refusals(
        flow({ kind: 'ask', question: 'Go?', actions: ['approve'], deadlineMs: 5, default: { action: 'reject' } }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.default.action: the default answer "reject" is none of "actions": add it there, or take another",
      ]
    `);
  });

  test('answers that make no sense at their place', () => {
    expect(
      refusals(flow({ kind: 'pass', interrupt: { after: { question: 'Good?', actions: ['respond'] }, during: {} } })),
    ).toMatchInlineSnapshot(`
      [
        "root.interrupt.during: unknown member "during": there are before, after",
        "root.interrupt.after.actions[0]: "respond" cannot be answered here: take "approve", "edit", "reject"",
      ]
    `);
  });

  test('names that are none', () => {
    expect(
      refusals(
        flow({ kind: 'chain', nodes: [{ name: '1a', node: PASS }, { name: '__proto__', node: PASS }, { node: PASS }] }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes[0].name: this must be a name: letters, digits, "-" and "_", the first a letter or "_", at most 100",
        "root.nodes[1].name: this must be a name: letters, digits, "-" and "_", the first a letter or "_", at most 100",
        "root.nodes[2]: "name" is missing: unique among its siblings",
      ]
    `);
  });

  test('names twice', () => {
    expect(
      refusals(
        flow({
          kind: 'race',
          nodes: [
            { name: 'a', node: PASS },
            { name: 'a', node: PASS },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes[1].name: "a" is the name of another one here: take another",
      ]
    `);
  });

  test('patterns of nothing', () => {
    expect(refusals(flow({ kind: 'parallel', nodes: [], workers: 0, failure: 'none' }))).toMatchInlineSnapshot(`
      [
        "root.workers: this must be a whole number from 1 to 1000000",
        "root.failure: this must be one of "fail-fast", "collect"",
        "root.nodes: this must be a list of 1 or more",
      ]
    `);
  });

  test('a loop without a bound', () => {
    expect(refusals(flow({ kind: 'loop', node: PASS, until: 'output.done' }))).toMatchInlineSnapshot(`
      [
        "root: "roundsMax" is missing: a loop needs a bound, 1 to 100000",
      ]
    `);
  });

  test('a loop with too many rounds', () => {
    expect(
      refusals(flow({ kind: 'loop', node: PASS, until: 'true', roundsMax: 100_001, onMax: 'stop' })),
    ).toMatchInlineSnapshot(`
      [
        "root.roundsMax: this must be a whole number from 1 to 100000",
        "root.onMax: this must be one of "fail", "take"",
      ]
    `);
  });

  test('a choice by the name of the last resort', () => {
    expect(
      refusals(flow({ kind: 'route', choose: [{ name: 'otherwise', when: 'true', node: PASS }] })),
    ).toMatchInlineSnapshot(`
      [
        "root.choose[0].name: "otherwise" is the name of another one here: take another",
      ]
    `);
  });

  test('a route without choices', () => {
    expect(refusals(flow({ kind: 'route', choose: [] }))).toMatchInlineSnapshot(`
      [
        "root.choose: this must be a list of 1 or more",
      ]
    `);
  });

  test('steps of a saga twice', () => {
    expect(
      refusals(
        flow({
          kind: 'saga',
          steps: [
            { name: 'a', node: PASS, undo: null },
            { name: 'a', node: PASS },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.steps[0].undo: this must be a node, e.g. { "kind": "task", "call": "model:classify" }",
        "root.steps[1].name: "a" is the name of another one here: take another",
      ]
    `);
  });

  test('nodes that are too deep', () => {
    expect(refusals(flow(nested(33)))).toMatchInlineSnapshot(`
      [
        "root.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node.node: nodes may be nested 32 levels deep: flatten this, or start it by "run:start@v1"",
      ]
    `);
  });

  test('too many nodes', () => {
    expect(
      refusals(
        flow({ kind: 'chain', nodes: Array.from({ length: 10_000 }, (_, i) => ({ name: `n${i}`, node: PASS })) }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes[9999].node: a flow may have 10000 nodes: split it, and start the parts by "run:start@v1"",
      ]
    `);
  });

  test('values that are too deep', () => {
    expect(
      refusals(flow({ kind: 'pass', input: Array.from({ length: 33 }).reduce<Json>((inner) => [inner], 1) })),
    ).toMatchInlineSnapshot(`
      [
        "root.input[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: values may be nested 32 levels deep: flatten this one",
      ]
    `);
  });
});

describe('refuses expressions', () => {
  test('that are none, with their column', () => {
    expect(refusals(flow({ kind: 'pass', input: { text: 'Hello ${{ input. }}' } }))).toMatchInlineSnapshot(`
      [
        "root.input.text:16: the expression ends too early: something is missing behind "."",
      ]
    `);
  });

  test('that are not closed', () => {
    expect(refusals(flow({ kind: 'pass', input: 'Hello ${{ input.x' }))).toMatchInlineSnapshot(`
      [
        "root.input:7: an expression is not closed: write }} behind it",
      ]
    `);
  });

  test('that are empty', () => {
    expect(refusals(flow({ kind: 'pass', input: '${{ }}' }))).toMatchInlineSnapshot(`
      [
        "root.input:5: an expression is missing: write one, or leave the braces out",
      ]
    `);
  });

  test('with contexts that there are not', () => {
    expect(
      refusals(flow({ kind: 'pass', input: ['${{ github.actor }}', '${{ inputs.x }}', '${{ foo }}'] })),
    ).toMatchInlineSnapshot(`
      [
        "root.input[0]:5: "github" is not supported: it is for workflows; flows have input, state, item, index, output, round, message, run, vars",
        "root.input[1]:5: "inputs" is not supported: use input",
        "root.input[2]:5: there is no context "foo": there are input, run, vars; a text stands in single quotes",
      ]
    `);
  });

  test('with contexts that are elsewhere', () => {
    expect(
      refusals(
        flow({
          kind: 'pass',
          input: ['${{ state.x }}', '${{ item }}', '${{ index }}', '${{ output }}', '${{ round }}'],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.input[0]:5: "state" is not to be seen here: it is in the nodes and edges of a graph",
        "root.input[1]:5: "item" is not to be seen here: it is in a map, and in a node that an edge with "each" leads to",
        "root.input[2]:5: "index" is not to be seen here: it is in a map, and in a node that an edge with "each" leads to",
        "root.input[3]:5: "output" is not to be seen here: it is in "writes", "until", "interrupt.after" and edges from one node",
        "root.input[4]:5: "round" is not to be seen here: it is in a loop",
      ]
    `);
  });

  test('with functions that there are not', () => {
    expect(
      refusals(
        flow({
          kind: 'pass',
          input: ['${{ success() }}', "${{ hashFiles('x') }}", '${{ plus(1, 2) }}', '${{ length() }}'],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.input[0]:5: "success" is not supported: leave it out: a node is due by its edges; what a failure does is said by "onError"",
        "root.input[1]:5: "hashFiles" is not supported: leave it out: call "tool:hash-files@v1" with { "patterns": [...] } in a task",
        "root.input[2]:5: there is no function "plus": there are case, contains, endsWith, format, fromJSON, join, startsWith, toJSON, length, patched",
        "root.input[3]:5: "length" was given too few arguments: it takes 1",
      ]
    `);
  });

  test('with patches that there are not', () => {
    expect(refusals(flow({ kind: 'pass', input: "${{ patched('new') }}" }))).toMatchInlineSnapshot(`
      [
        "root.input:13: patched('new') is true in no run: add "new" to "patches" of the definition",
      ]
    `);
  });

  test('with keys that the state has not', () => {
    expect(
      refusals(flow(graph({ state: { a: {} }, nodes: { n: { kind: 'pass', input: '${{ state.b }}' } } }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.n.input:11: the state has no key "b": it has "a"",
      ]
    `);
  });

  test('in conditions that mix', () => {
    expect(refusals(flow({ kind: 'map', over: 'a ${{ input }}', node: PASS }))).toMatchInlineSnapshot(`
      [
        "root.over: this mixes text with \${{ }}: write one expression, without the braces",
      ]
    `);
  });

  test('with secrets in other places', () => {
    expect(
      refusals(
        flow({
          kind: 'chain',
          nodes: [
            { name: 'a', node: { kind: 'pass', input: '${{ secrets.T }}' } },
            {
              name: 'b',
              node: {
                ...TASK,
                stickyKey: '${{ secrets.T }}',
                input: ["${{ format('{0}', secrets.T) }}", '${{ secrets }}'],
              },
            },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes[0].node.input:5: "secrets" is not supported: write \${{ secrets.NAME }}, alone or as a part of a text, in the "input" of a task, and nowhere else",
        "root.nodes[1].node.input[0]:19: "secrets" is not supported: write \${{ secrets.NAME }}, alone or as a part of a text, in the "input" of a task, and nowhere else",
        "root.nodes[1].node.input[1]:5: "secrets" is not supported: write \${{ secrets.NAME }}, alone or as a part of a text, in the "input" of a task, and nowhere else",
        "root.nodes[1].node.stickyKey:5: "secrets" is not supported: write \${{ secrets.NAME }}, alone or as a part of a text, in the "input" of a task, and nowhere else",
      ]
    `);
  });
});

describe('refuses state', () => {
  test('keys that are none', () => {
    expect(refusals(flow(graph({ state: { '1': {}, b: 1, c: { reducers: 'add' } } })))).toMatchInlineSnapshot(`
      [
        "root.state["1"]: "1" cannot be a key of a state: take letters, digits, "-" and "_", the first a letter or "_", at most 100",
        "root.state.b: this must be a key of a state, {} for one that is replaced",
        "root.state.c.reducers: unknown member "reducers": did you mean "reducer"?",
      ]
    `);
  });

  test('reducers that there are not', () => {
    expect(refusals(flow(graph({ state: { a: { reducer: 'sum' } } })))).toMatchInlineSnapshot(`
      [
        "root.state.a.reducer: there is no reducer "sum": there are replace, last, append, add, merge, union, min, max, byId",
      ]
    `);
  });

  test('types that do not fit', () => {
    expect(
      refusals(flow(graph({ state: { a: { reducer: 'append', type: 'text' }, b: { reducer: 'min', type: 'text' } } }))),
    ).toMatchInlineSnapshot(`
      [
        "root.state.a.type: the reducer "append" makes a list: say "list", or leave "type" out",
        "root.state.b.type: the reducer "min" makes a number: say "number", or leave "type" out",
      ]
    `);
  });

  test('first values that do not fit', () => {
    expect(
      refusals(
        flow(
          graph({
            state: {
              a: { type: 'number', initial: 'x' },
              b: { reducer: 'add', initial: 'x' },
              c: { reducer: 'byId', initial: [1] },
              d: { reducer: 'append', initial: null },
            },
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.state.a.initial: this is no number: take one, or leave "initial" out",
        "root.state.b.initial: this does not fit the reducer "add": take a number",
        "root.state.c.initial: this does not fit the reducer "byId": take an object with "id", or a list of such",
        "root.state.d.initial: the reducer "append" starts with []: leave "initial" out",
      ]
    `);
  });

  test('secrets that are none', () => {
    expect(
      refusals(flow(graph({ state: { a: { secret: true, type: 'number', initial: 'x', reducer: 'append' } } }))),
    ).toMatchInlineSnapshot(`
      [
        "root.state.a.type: the reducer "append" makes a list: say "list", or leave "type" out",
        "root.state.a.initial: this does not fit the reducer "append": take a list",
        "root.state.a.initial: a secret is never in a definition: leave "initial" out, and give it as input",
        "root.state.a.reducer: a secret is a text that is replaced: leave "reducer" out, or say "last"",
        "root.state.a.type: a secret is a text: say "text", or leave "type" out",
      ]
    `);
  });

  test('input, output and writes of keys that there are not', () => {
    expect(
      refusals(
        flow(
          graph({ input: { b: 1 }, output: ['b'], state: { a: {} }, nodes: { n: { kind: 'pass', writes: { b: 1 } } } }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.output[0]: the state has no key "b": there are "a"",
        "root.input.b: the state has no key "b": there are "a"",
        "root.nodes.n.writes.b: the state has no key "b": there are "a"",
      ]
    `);
  });

  test('input that is none', () => {
    expect(refusals(flow(graph({ input: [1] })))).toMatchInlineSnapshot(`
      [
        "root.input: the input of a graph must be an object: the first values of its keys",
      ]
    `);
  });

  test('writes of one key in the first step', () => {
    expect(
      refusals(flow(graph({ state: { a: {} }, nodes: { m: WRITES, n: WRITES }, entry: ['m', 'n'] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.n.writes.a: "m" and "n" run in one step and both write "a", which takes one update a step: give the key another reducer, e.g. "last" or "append"",
      ]
    `);
  });

  test('writes of one key behind one node', () => {
    expect(
      refusals(
        flow(
          graph({
            state: { a: {} },
            nodes: { n: PASS, b: WRITES, c: WRITES },
            edges: [
              { from: 'n', to: 'b' },
              { from: 'n', to: 'c' },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.c.writes.a: "b" and "c" run in one step and both write "a", which takes one update a step: give the key another reducer, e.g. "last" or "append"",
      ]
    `);
  });

  test('writes of one key by each item', () => {
    expect(
      refusals(
        flow(
          graph({ state: { a: {} }, nodes: { n: PASS, b: WRITES }, edges: [{ from: 'n', each: 'output', to: 'b' }] }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.b.writes.a: "b" is due once for each item and writes "a", which takes one update a step: give the key another reducer, e.g. "last" or "append"",
      ]
    `);
  });
});

describe('refuses graphs', () => {
  test('with maps whose list no key takes', () => {
    expect(refusals(flow(graph({ nodes: { n: { kind: 'map', node: PASS } } })))).toMatchInlineSnapshot(`
      [
        "root.nodes.n: a map gives a list, which is no update of the state: say which key takes it, e.g. "writes": { "results": "\${{ output }}" }",
      ]
    `);
  });

  test('without members', () => {
    expect(refusals(flow({ kind: 'graph' }))).toMatchInlineSnapshot(`
      [
        "root: "state" is missing: the keys that its nodes share, {} for none",
        "root: "nodes" is missing: its nodes by name",
        "root: "edges" is missing: what is due after each node, [] for one node",
        "root: "entry" is missing: the nodes that are due first",
      ]
    `);
  });

  test('without nodes', () => {
    expect(refusals(flow(graph({ nodes: {}, entry: [] })))).toMatchInlineSnapshot(`
      [
        "root.entry: this must be a list of 1 or more",
        "root.nodes: a graph needs a node: add one, of kind "pass" if need be",
      ]
    `);
  });

  test('with entries that there are not', () => {
    expect(refusals(flow(graph({ entry: ['x', 'n', 'n'] })))).toMatchInlineSnapshot(`
      [
        "root.entry[0]: there is no node "x": there are "n"",
        "root.entry[2]: "n" is there twice: once is enough",
      ]
    `);
  });

  test('with too many steps', () => {
    expect(refusals(flow(graph({ stepsMax: 1_000_001 })))).toMatchInlineSnapshot(`
      [
        "root.stepsMax: this must be a whole number from 1 to 1000000",
      ]
    `);
  });

  test('with names that are none', () => {
    expect(
      refusals(flow(graph({ nodes: { n: PASS, '7': PASS }, edges: [{ from: 'n', to: '7' }] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes["7"]: "7" cannot be the name of a node: take letters, digits, "-" and "_", the first a letter or "_", at most 100",
      ]
    `);
  });

  test('with edges that are none', () => {
    expect(
      refusals(flow(graph({ edges: [1, {}, { from: 'n', choose: [], each: 'x' }, { from: 'n', to: 'n', if: 'x' }] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[0]: this must be an edge, e.g. { "from": "a", "to": "b" }",
        "root.edges[1]: "from" is missing: a node, or several",
        "root.edges[1]: "to" is missing: the node that is due then, or "$end"",
        "root.edges[2]: an edge has "choose" or "each", not both: make two edges of it",
        "root.edges[3].if: unknown member "if": there are from, to, when",
      ]
    `);
  });

  test('with edges to and from nowhere', () => {
    expect(
      refusals(
        flow(
          graph({
            edges: [
              { from: 'x', to: 'y' },
              { from: '$end', to: 'n' },
              { from: 'n', each: 'output', to: '$end' },
              { from: 'n', choose: [{ to: 'z' }] },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[0].from: there is no node "x": there are "n"",
        "root.edges[0].to: there is no node "y": there are "n"",
        "root.edges[1].from: nothing is due after "$end": leave the edge out",
        "root.edges[2].to: an edge with "each" cannot lead to "$end": name a node",
        "root.edges[3].choose[0].to: there is no node "z": there are "n"",
      ]
    `);
  });

  test('with choices that are never looked at', () => {
    expect(
      refusals(flow(graph({ edges: [{ from: 'n', choose: [{ to: '$end' }, { when: 'output.x', to: '$end' }] }] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[0].choose[1]: the choice before it always holds: give that one "when", or put it last",
      ]
    `);
  });

  test('with edges that see what they cannot', () => {
    expect(
      refusals(
        flow(
          graph({
            nodes: { n: PASS, m: PASS },
            entry: ['n', 'm'],
            edges: [
              { from: ['n', 'm'], to: '$end', when: 'output.x' },
              { from: 'n', to: '$end', when: 'input.x' },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[0].when:1: "output" is not to be seen here: it is in "writes", "until", "interrupt.after" and edges from one node",
        "root.edges[1].when:1: "input" is not to be seen here: edges see "state" and "output"",
      ]
    `);
  });

  test('with nodes that nothing leads to', () => {
    expect(
      refusals(flow(graph({ nodes: { n: PASS, a: PASS, b: PASS }, edges: [{ from: ['n', 'a'], to: 'b' }] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.a: nothing leads to "a": add an edge to it, name it in "entry", or leave it out",
        "root.nodes.b: nothing leads to "b": add an edge to it, name it in "entry", or leave it out",
      ]
    `);
  });

  test('with a cycle and no bound', () => {
    expect(
      refusals(
        flow(
          graph({
            nodes: { n: PASS, a: PASS },
            edges: [
              { from: 'n', to: 'a' },
              { from: 'a', to: 'n', when: 'output.again' },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root: n -> a -> n is a cycle: say "stepsMax", 1 to 1000000, so that it is bounded",
      ]
    `);
  });

  test('with a cycle that has no end', () => {
    expect(
      refusals(
        flow(
          graph({
            stepsMax: 10,
            nodes: { n: PASS, a: PASS },
            edges: [
              { from: 'n', to: 'a' },
              { from: 'a', to: 'n' },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.n: "n" has no way to an end: give an edge of its cycle a "when", or add one to "$end"",
        "root.nodes.a: "a" has no way to an end: give an edge of its cycle a "when", or add one to "$end"",
      ]
    `);
  });

  test('with joins of what never runs together', () => {
    expect(
      refusals(
        flow(
          graph({
            nodes: { n: PASS, a: PASS, b: PASS, c: PASS, d: PASS },
            edges: [
              { from: 'n', choose: [{ when: 'output.x', to: 'a' }, { to: 'b' }] },
              { from: 'b', to: 'c' },
              { from: ['a', 'c'], to: 'd' },
            ],
          }),
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[2]: "a" and "c" never both run: edges[0] chooses one of them; make one edge from each",
      ]
    `);
  });

  test('with joins of what is named twice', () => {
    expect(
      refusals(flow(graph({ nodes: { n: PASS, a: PASS }, edges: [{ from: ['n', 'n'], to: 'a' }] }))),
    ).toMatchInlineSnapshot(`
      [
        "root.edges[0].from[1]: "n" is there twice: once is enough",
      ]
    `);
  });

  test('with targets that there are not', () => {
    expect(
      refusals(flow(graph({ nodes: { n: { ...TASK, leadsTo: ['x', '$end'], onError: { goto: 'y' } } } }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.n.onError.goto: there is no node "y" in this graph: there are "n"",
        "root.nodes.n.leadsTo[0]: there is no node "x" in this graph: there are "n"",
      ]
    `);
  });

  test('with a failure that leads to the end', () => {
    expect(refusals(flow(graph({ nodes: { n: { ...TASK, onError: { goto: '$end' } } } })))).toMatchInlineSnapshot(`
      [
        "root.nodes.n.onError.goto: "goto" cannot lead to "$end": name a node, one of kind "pass" if need be",
      ]
    `);
  });

  test('with an update in two places', () => {
    expect(
      refusals(flow(graph({ state: { a: {} }, nodes: { n: { ...TASK, leadsTo: ['$end'], writes: { a: 1 } } } }))),
    ).toMatchInlineSnapshot(`
      [
        "root.nodes.n.writes: a task with "leadsTo" gives its update itself: leave "writes" out",
      ]
    `);
  });
});

describe('refuses secrets', () => {
  const state = { token: { secret: true }, seen: {} };

  test('that are written in another way than as they are in the output', () => {
    const write = (token: string): unknown => ({ ...TASK, writes: { token, seen: 'x ${{ output.a }}' } });
    const refused = refusals(flow(graph({ state, nodes: { n: write('Bearer ${{ output.token }}') } })));
    expect(refused).toMatchInlineSnapshot(`
      [
        "root.nodes.n.writes.token: a secret is written as it is in the output: say \${{ output }}, or a path of it, e.g. \${{ output.token }}",
      ]
    `);
    expect(refusals(flow(graph({ state, nodes: { n: write('${{ output.auth.token }}') } })))).toEqual([]);
  });
});

describe('takes', () => {
  const nodes = { n: { ...TASK, leadsTo: ['a', '$end'], onError: { goto: 'b' } }, a: PASS, b: PASS };

  test.each<[string, unknown]>([
    ['the smallest flow', flow(PASS)],
    ['nodes as deep as they may be', flow(nested(32))],
    ['commands, and failures that lead on', flow(graph({ nodes }))],
    [
      'a cycle with a bound and a way out',
      flow(graph({ stepsMax: 5, edges: [{ from: 'n', choose: [{ when: 'output.again', to: 'n' }, { to: '$end' }] }] })),
    ],
    [
      'a cycle with no way on but a condition',
      flow(graph({ stepsMax: 5, edges: [{ from: 'n', to: 'n', when: 'output.again' }] })),
    ],
    [
      'a join behind a choice that is looked at again and again',
      flow(
        graph({
          nodes: { n: PASS, a: PASS, b: PASS, c: PASS },
          stepsMax: 9,
          edges: [
            { from: 'n', choose: [{ when: 'output.x', to: 'a' }, { to: 'b' }] },
            { from: ['a', 'b'], to: 'c' },
            { from: 'b', to: 'n', when: 'output.again' },
            { from: 'a', to: 'n', when: 'output.again' },
          ],
        }),
      ),
    ],
    [
      'two choices of one edge that lead to one node',
      flow(
        graph({
          nodes: { n: PASS, a: PASS, b: PASS, c: PASS },
          edges: [
            { from: 'n', choose: [{ when: 'output.x', to: 'a' }, { to: 'a' }] },
            { from: 'n', to: 'b' },
            { from: ['a', 'b'], to: 'c' },
          ],
        }),
      ),
    ],
    [
      'what expressions see in each place',
      flow(
        {
          kind: 'loop',
          until: "output.ok && round > 2 && patched('fast')",
          roundsMax: 3,
          node: {
            kind: 'map',
            over: 'input.list',
            node: graph({
              state: { seen: { reducer: 'append' }, done: { type: 'boolean', initial: false } },
              input: { seen: ['${{ item }}', '${{ index }}', '${{ round }}'] },
              nodes: {
                n: {
                  ...TASK,
                  input: { a: 'Bearer ${{ secrets.TOKEN }} ${{ run.id }}' },
                  writes: { seen: '${{ output }}' },
                },
                each: { kind: 'pass', input: '${{ item.x }} of ${{ length(state.seen) }}, ${{ vars.MODE }}' },
              },
              edges: [{ from: 'n', each: 'state.seen', to: 'each' }],
            }),
          },
        },
        ['fast'],
      ),
    ],
    [
      'two writes of a key that takes several',
      flow(graph({ state: { a: { reducer: 'last' } }, nodes: { m: WRITES, n: WRITES }, entry: ['m', 'n'] })),
    ],
  ])('%s', (_, definition) => {
    expect(refusals(definition)).toEqual([]);
  });
});

describe('validateFlow', () => {
  test('finds at most as much as it may', () => {
    const nodes = Array.from({ length: FINDINGS_MAX * 2 }, (_, index) => ({ name: `n${index}`, node: { kind: 'x' } }));
    expect(validateFlow(flow({ kind: 'chain', nodes }))).toHaveLength(FINDINGS_MAX);
  });

  test('knows reducers of a language of its own', () => {
    const definition = flow(graph({ state: { a: { reducer: 'product', initial: 2 } } }));
    const product = { initial: 1, acceptsMany: true, reduce: (): Json => 0 };
    expect(validateFlow(definition, { reducers: { product } })).toEqual([]);
    expect(validateFlow(definition)).toHaveLength(1);
  });

  test('takes a cycle of objects for what is too deep', () => {
    const input: { self?: unknown } = {};
    input.self = input;
    expect(validateFlow(flow({ kind: 'pass', input }))).toMatchObject([{ message: /break its cycle/ }]);
  });

  test('takes a wide definition in time, whatever its edges', () => {
    const names = Array.from({ length: 9_000 }, (_, index) => `n${index}`);
    const definition: FlowDefinition = {
      format: 1,
      name: 'wide',
      root: {
        kind: 'graph',
        state: {},
        nodes: Object.fromEntries(names.map((name) => [name, { kind: 'pass' }])),
        edges: [
          ...names.slice(1).map((to, index) => ({ from: `n${index}`, choose: [{ when: 'state', to }, { to: 'n0' }] })),
          { from: names, to: '$end' },
        ],
        entry: ['n0'],
        stepsMax: 10,
      },
    };
    expect(validateFlow(definition)).toEqual([]);
  });
});
