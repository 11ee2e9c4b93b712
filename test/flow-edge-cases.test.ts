import type { Json, JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode, GraphNode } from '../src/flow/definition.js';
import { flowProgram } from '../src/flow/program.js';
import { validateFlow } from '../src/flow/validate.js';
import { FlowDrive, rewritten } from './support/flow-drive.js';

const task: FlowNode = { kind: 'task', call: 'tool:a' };
const pass: FlowNode = { kind: 'pass' };

const flowOf = (root: FlowNode): FlowDefinition => ({ format: 1, name: 'test', root });

function graph(nodes: GraphNode['nodes'], edges: GraphNode['edges'], more: Partial<GraphNode> = {}): GraphNode {
  return { kind: 'graph', state: {}, nodes, edges, entry: [Object.keys(nodes)[0] ?? ''], ...more };
}

function run(root: FlowNode, input: JsonObject = {}): FlowDrive {
  expect(validateFlow(flowOf(root))).toEqual([]);
  return new FlowDrive(flowOf(root), input).begin();
}

const inputs = (drive: FlowDrive): readonly Json[] => [...drive.calls.values()].map(({ input }) => input);
const open = (drive: FlowDrive): readonly string[] => [...drive.calls.keys()];
const findings = (root: FlowNode): readonly string[] =>
  validateFlow(flowOf(root)).map(({ place, message }) => `${place}: ${message}`);

describe('null is a value', () => {
  test('as an item, and as what is sent', () => {
    const each = graph({ a: task, b: task }, [{ from: 'a', each: 'state.items', to: 'b' }], {
      state: { items: { initial: [null, 0] } },
    });
    expect(inputs(run(each).ok('a'))).toEqual([{ value: null }, { value: 0 }]);
    const sent = graph({ a: { ...task, leadsTo: ['b'] }, b: task }, [], { state: { x: { initial: 7 } } });
    const send = [{ to: 'b', input: null }, { to: 'b' }];
    expect(inputs(run(sent).ok('a', { send }))).toEqual([{ value: null }, { value: null }]);
  });

  test('as the output that an edge sees', () => {
    const choose = [{ when: 'output == null', to: 'b' }, { to: 'c' }];
    const drive = run(graph({ a: task, b: task, c: task }, [{ from: 'a', choose }], { state: { x: {} } }));
    expect(open(drive.ok('a', null))).toEqual(['b@2']);
  });

  test('as an answer, before and after', () => {
    const after = run({ ...task, interrupt: { after: { question: '?' } } }).ok('$root', { v: 1 });
    expect(after.ok('$root:after', { action: 'edit', value: null }).outcome).toEqual({ kind: 'ok', output: null });
    const map: FlowNode = { kind: 'map', over: 'input.l', node: task, interrupt: { before: { question: '?' } } };
    const before = run(map, { l: [1] }).ok('$root:before', { action: 'respond', value: null });
    expect(before.outcome).toEqual({ kind: 'ok', output: null });
    const asked = run(graph({ a: { ...task, interrupt: { after: { question: '${{ output == null }}' } } } }, []));
    expect(inputs(asked.ok('a', null))).toMatchObject([{ question: 'true' }]);
  });
});

describe('the undo of a saga', () => {
  const saga: FlowNode = {
    kind: 'saga',
    steps: [
      { name: 'pay', node: { ...task, input: { amount: '${{ state.n }}' } }, undo: task },
      { name: 'next', node: { ...task, input: { amount: '${{ state.n }}' } } },
    ],
  };
  const around = graph({ s: saga }, [], { state: { n: { initial: 100 } } });

  test('is given what its step was given, whatever becomes of the state', () => {
    const drive = run(around);
    // Even between the call and its end.
    drive
      .edit({ values: { n: 50 } })
      .ok('s.pay', { paid: 1 })
      .edit({ values: { n: 5 } });
    expect(inputs(drive)).toEqual([{ amount: 50 }]);
    drive.settle('s.next', { kind: 'cancelled', reason: 'no' });
    expect(inputs(drive)).toEqual([{ input: { amount: 100 }, output: { paid: 1 } }]);
  });

  test('is given it by another version of the definition, too', () => {
    const drive = run(around).ok('s.pay', { paid: 1 });
    const other = JSON.parse(
      JSON.stringify(around).replaceAll('state.n', 'state.m').replace('"n":{"initial":100}', '"m":{"initial":7}'),
    ) as FlowNode;
    const migrated = flowProgram.migrate?.(drive.definition, flowOf(other), drive.state);
    if (migrated?.ok !== true) throw new Error(JSON.stringify(migrated));
    const after = new FlowDrive(flowOf(other));
    after.state = migrated.state;
    after.settle('s.next', { kind: 'cancelled', reason: 'no' });
    expect(inputs(after)).toEqual([{ input: { amount: 100 }, output: { paid: 1 } }]);
  });

  test('is given what a person put in the place of the input', () => {
    const edited: FlowNode = {
      kind: 'saga',
      steps: [
        { name: 'pay', node: { ...task, interrupt: { before: { question: '?' } } }, undo: task },
        { name: 'next', node: task },
      ],
    };
    const drive = run(edited, { a: 1 })
      .ok('pay:before', { action: 'edit', value: { a: 2 } })
      .ok('pay', 3);
    drive.settle('next', { kind: 'cancelled', reason: 'no' });
    expect(inputs(drive)).toEqual([{ input: { a: 2 }, output: 3 }]);
  });

  test('is not kept from a step whose input fails', () => {
    const bad: FlowNode = {
      kind: 'saga',
      steps: [{ name: 'pay', node: { ...task, input: "${{ fromJSON('{') }}" }, undo: task }],
    };
    expect(run(bad).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4006' } });
  });
});

describe('locks', () => {
  const nested = (outer: object, inner: object): FlowNode => ({
    kind: 'chain',
    lock: { key: '${{ input.a }}', ...outer },
    nodes: [{ name: 'in', node: { ...task, lock: { key: '${{ input.b }}', ...inner } } }],
  });

  test('that would wait for themselves fail', () => {
    const drive = run(nested({}, {}), { a: 'k', b: 'k' }).grant('$root:lock');
    expect(drive.outcome).toMatchObject({
      kind: 'failed',
      error: {
        id: 'TAU-4013',
        message:
          'in: what it is in, $root, holds the lock "k" itself, and it would wait for it for ever: leave its "lock" out, or name another key',
      },
    });
    expect([...drive.locks.keys()]).toEqual([]);
  });

  test('of other keys, or with slots for both, do not', () => {
    expect([...run(nested({}, {}), { a: 'k', b: 'l' }).grant('$root:lock').locks.keys()]).toHaveLength(2);
    const two = run(nested({ slots: 2 }, { slots: 2 }), { a: 'k', b: 'k' }).grant('$root:lock');
    expect([...two.locks.keys()]).toHaveLength(2);
    const one = run(nested({ slots: 2 }, {}), { a: 'k', b: 'k' }).grant('$root:lock');
    expect(one.outcome?.kind).toBe('failed');
  });

  test('are told apart by the key that was claimed, not by what it would be now', () => {
    const drive = run(
      graph(
        {
          s: {
            kind: 'chain',
            lock: { key: '${{ state.k }}' },
            nodes: [
              { name: 'a', node: task },
              { name: 'b', node: { ...task, lock: { key: 'two' } } },
            ],
          },
        },
        [],
        { state: { k: { initial: 'one' } } },
      ),
    ).grant('s:lock');
    drive.edit({ values: { k: 'two' } }).ok('s.a');
    expect([...drive.locks]).toEqual([
      ['s:lock', 'held'],
      ['s.b:lock', 'waiting'],
    ]);
  });

  test('that are sure to wait for themselves are refused', () => {
    const sure = (outer: object, inner: object): readonly string[] =>
      findings(
        graph({ g: graph({ n: { ...task, lock: { key: 'k', ...inner } } }, []) }, [], { lock: { key: 'k', ...outer } }),
      );
    expect(sure({}, {})).toEqual([
      'root.nodes.g.nodes.n.lock.key: a node around this holds the lock "k": it would wait for itself; leave this one out, or take another key',
    ]);
    expect(sure({ slots: 2 }, {})).toHaveLength(1);
    expect(sure({ slots: 2 }, { slots: 2 })).toEqual([]);
  });

  test.each(['${{ input.env }}', 'deploy-${{ input.env }}'])('with nothing in a part of their key fail: %s', (key) => {
    const drive = run({ ...task, lock: { key } });
    expect(drive.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4006' } });
    expect(drive.effects).toHaveLength(1);
    expect([...run({ ...task, lock: { key } }, { env: 'x' }).locks.keys()]).toEqual(['$root:lock']);
  });
});

describe('joins', () => {
  test('count from when their node was last due, by whatever edge', () => {
    const drive = run(
      graph(
        { a: task, x: task, b: task, c: task },
        [
          { from: 'a', to: 'x' },
          { from: 'x', to: 'c' },
          { from: 'c', to: 'b', when: 'output.go' },
          { from: ['a', 'b'], to: 'c' },
        ],
        { stepsMax: 9 },
      ),
    );
    drive.ok('a').ok('x@2').ok('c@3', { go: true }).ok('b@4');
    // "a" had ended before "c" was due.
    expect(drive.outcome?.kind).toBe('ok');
    expect(drive.view()['unmet']).toEqual(['a+b>c']);
  });

  test('that are not met at the end of their graph are told', () => {
    const inner = graph({ s: task, a: task, b: task, c: task, p: task }, [
      { from: 's', choose: [{ when: 'output.a', to: 'a' }, { to: 'b' }] },
      { from: 's', to: 'c' },
      { from: ['a', 'c'], to: 'p' },
    ]);
    const drive = run({
      kind: 'chain',
      nodes: [
        { name: 'g', node: inner },
        { name: 'z', node: task },
      ],
    });
    drive.ok('g.s');
    expect(drive.view()['unmet']).toBeUndefined();
    drive.ok('g.b@2').ok('g.c@2');
    expect(drive.view()['unmet']).toEqual(['g: a+c>p']);
    drive.ok('z');
    expect(drive.view()).toMatchObject({ status: 'ok', unmet: ['g: a+c>p'] });
    let state = new FlowDrive(drive.definition).state;
    const told = drive.events.flatMap((event) => {
      state = flowProgram.evolve(drive.definition, state, event);
      return flowProgram.narrate?.(drive.definition, state, event) ?? [];
    });
    expect(told.filter(({ kind }) => kind === 'skipped')).toEqual([
      { at: 'g.p', kind: 'skipped', label: 'p: a+c>p was not met, a did not end' },
    ]);
  });

  test('of an empty list, or of what has failed, are told', () => {
    const each = graph({ a: task, b: task, o: task, c: task }, [
      { from: 'a', each: 'output.l', to: 'b' },
      { from: 'a', to: 'o' },
      { from: ['b', 'o'], to: 'c' },
    ]);
    expect(run(each).ok('a', { l: [] }).ok('o@2').view()['unmet']).toEqual(['b+o>c']);
    const fails = graph(
      { a: { ...task, onError: { goto: 'fix' } }, b: task, fix: task, c: task },
      [{ from: ['a', 'b'], to: 'c' }],
      { entry: ['a', 'b'] },
    );
    const drive = run(fails).settle('a', { kind: 'cancelled', reason: 'no' }).ok('b').ok('fix@2');
    expect(drive.view()['unmet']).toEqual(['a+b>c']);
  });

  test('that are met are not told, nor those whose condition does not hold', () => {
    const met = graph({ a: task, b: task, c: task }, [{ from: ['a', 'b'], to: 'c' }], { entry: ['a', 'b'] });
    expect(run(met).ok('a').ok('b').ok('c@2').view()['unmet']).toBeUndefined();
    const other = { ...met, edges: [{ from: ['a', 'b'], to: 'c', when: 'false' }] };
    expect(run(other).ok('a').ok('b').view()['unmet']).toBeUndefined();
  });

  test('of a node and what its failure leads to are refused', () => {
    const a: FlowNode = { ...task, onError: { goto: 'fix' } };
    const refused = graph({ a, fix: task, c: task }, [{ from: ['a', 'fix'], to: 'c' }]);
    expect(findings(refused)).toContain(
      'root.edges[0]: "a" and "fix" never both run: "a" ends well or leads to its "goto"; make one edge from each',
    );
    const behind = graph({ a, fix: task, b: task, c: task }, [
      { from: 'a', to: 'b' },
      { from: ['b', 'fix'], to: 'c' },
    ]);
    expect(findings(behind)).toHaveLength(1);
    const fine = graph({ a, b: task, fix: task, c: task }, [{ from: ['a', 'b'], to: 'c' }], { entry: ['a', 'b'] });
    expect(findings(fine)).toEqual([]);
  });
});

describe('an edit with goto', () => {
  const two = graph({ a: task, b: task, c: task }, [], {
    state: { x: {}, log: { reducer: 'append' } },
    entry: ['a', 'b', 'c'],
  });

  test('lets the updates of what has ended come in first', () => {
    const drive = run(two)
      .ok('a', { x: 1, log: 'a' })
      .edit({ goto: ['c'] });
    expect(inputs(drive)).toEqual([{ x: 1, log: ['a'] }]);
    const other = run(two)
      .ok('a', { x: 1, log: 'a' })
      .edit({ values: { x: 2 }, goto: ['c'] });
    expect(inputs(other)).toEqual([{ x: 2, log: ['a'] }]);
  });

  test('is refused when these do not fit together', () => {
    const drive = run(two)
      .ok('a', { x: 1 })
      .ok('b', { x: 2 })
      .edit({ goto: ['c'] });
    expect(drive.view()['editRefused']).toContain('key "x" is written twice in one step');
    expect(open(drive)).toEqual(['c']);
  });

  test('forgets joins of what is due by it', () => {
    const join = graph({ a: task, b: task, c: task }, [{ from: ['a', 'b'], to: 'c' }], { entry: ['a', 'b'] });
    const drive = run(join)
      .ok('a')
      .edit({ goto: ['b', 'c'] });
    drive.ok('b@2').ok('c@2');
    expect(drive.outcome?.kind).toBe('ok');
    expect(
      open(
        run(join)
          .ok('a')
          .edit({ goto: ['b'] })
          .ok('b@2'),
      ),
    ).toEqual(['c@3']);
  });
});

describe('first values and edits', () => {
  const state = {
    add: { reducer: 'add' },
    log: { reducer: 'append' },
    rows: { reducer: 'byId' },
    most: { reducer: 'max' },
  };
  const all = graph({ a: task }, [], { state });

  test.each<[JsonObject, string]>([
    [{ add: 'x' }, 'key "add" has the reducer "add", and is given a text: give it a number'],
    [{ log: 'x' }, 'key "log" has the reducer "append", and is given a text: give it a list'],
    [{ log: null }, 'key "log" has the reducer "append", and is given nothing: give it a list'],
    [
      { rows: [1] },
      'key "rows" has the reducer "byId", and is given a list: give it an object with "id", or a list of such',
    ],
    [{ most: 'x' }, 'key "most" has the reducer "max", and is given a text: give it a number'],
  ])('must fit the reducer: %j', (values, message) => {
    expect(run(all, values).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4010', message } });
    expect(run(all).edit({ values }).view()['editRefused']).toBe(message);
  });

  test('fit it', () => {
    const values = { add: 1, log: ['x'], rows: [{ id: 1 }], most: null };
    expect(inputs(run(all, values))).toEqual([values]);
  });
});

describe('names that differ by case alone', () => {
  test('are refused where expressions look them up', () => {
    expect(findings(graph({ a: pass }, [], { state: { foo: {}, Foo: {} } }))).toEqual([
      'root.state.Foo: "Foo" and "foo" are one name to expressions, which look in any case: take another',
    ]);
    const nodes = [
      { name: 'a', node: pass },
      { name: 'A', node: pass },
    ];
    expect(findings({ kind: 'parallel', nodes })).toEqual([
      'root.nodes[1].name: "A" and "a" are one name to expressions, which look in any case: take another',
    ]);
    expect(findings({ kind: 'race', nodes })).toEqual([]);
  });
});

describe('a default answer', () => {
  test.each(['edit', 'respond'] as const)('that is to %s has a value', (action) => {
    const ask = { kind: 'ask', question: '?', deadlineMs: 1 } as const;
    expect(findings({ ...ask, default: { action } })).toEqual([
      `root.default: "value" is missing: "${action}" goes on with it; null if there is none`,
    ]);
    expect(findings({ ...ask, default: { action, value: null } })).toEqual([]);
  });
});

describe('secret keys', () => {
  const login = graph({ n: task }, [], { state: { token: { secret: true } } });

  test('take nothing but what was taken out', () => {
    expect(run(login).ok('n', { token: '***' }).outcome).toEqual({ kind: 'ok', output: { token: '***' } });
    expect(run(login).ok('n', { token: null }).outcome?.kind).toBe('ok');
    for (const token of [['***'], 'hunter2', 7]) {
      const { outcome } = run(login).ok('n', { token });
      expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4010' } });
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
      expect(run(login).edit({ values: { token } }).view()['editRefused']).toContain('is secret');
    }
  });

  test('do not come of a key with a value', () => {
    const plain = graph({ n: task }, [], { state: { token: {} } });
    const drive = run(plain, { token: 'hunter2' });
    expect(flowProgram.migrate?.(drive.definition, flowOf(login), drive.state)).toEqual({
      ok: false,
      reasons: ['$root: key "token" becomes secret, and what it holds is stored already: use another key'],
    });
  });
});

describe('what grows out of itself', () => {
  const cycle = (writes: JsonObject, key: object): FlowNode =>
    graph({ a: { kind: 'pass', writes } }, [{ from: 'a', to: 'a', when: 'true' }], {
      state: { x: key },
      stepsMax: 20_000,
    });

  test.each<[string, FlowNode, string]>([
    [
      'a list by its own items',
      cycle({ x: '${{ state.x }}' }, { reducer: 'append', initial: [1, 2] }),
      'key "x", as node "a"',
    ],
    [
      'a text',
      cycle({ x: "${{ format('{0}{0}', state.x) }}" }, { initial: 'xxxxxxxx' }),
      'writes to key "x" has more than',
    ],
    [
      'an object that is shared',
      cycle({ x: { a: '${{ state.x }}', b: '${{ state.x }}' } }, { initial: [1] }),
      'writes to key "x"',
    ],
    ['a list in a list', cycle({ x: ['${{ state.x }}'] }, { initial: [1] }), 'nested more than 128 levels deep'],
    [
      'an append that nests',
      cycle({ x: [['${{ state.x }}']] }, { reducer: 'append', initial: [1] }),
      'key "x", as node "a" writes it, has more than',
    ],
    [
      'an object of one that merges',
      cycle({ x: { a: '${{ state.x }}' } }, { reducer: 'merge' }),
      'nested more than 128 levels deep',
    ],
    [
      'a loop without a state',
      {
        kind: 'loop',
        until: 'false',
        roundsMax: 1_000,
        node: { kind: 'pass', input: ['${{ input }}', '${{ input }}'] },
      },
      'its output has more than',
    ],
    [
      'a loop of patterns',
      {
        kind: 'loop',
        until: 'false',
        roundsMax: 1_000,
        node: {
          kind: 'parallel',
          nodes: [
            { name: 'a', node: pass },
            { name: 'b', node: pass },
          ],
        },
      },
      'its output, of all that is in it, has more than',
    ],
    [
      'a loop of races',
      { kind: 'loop', until: 'false', roundsMax: 1_000, node: { kind: 'race', nodes: [{ name: 'a', node: pass }] } },
      'nested more than 128 levels deep',
    ],
  ])('fails: %s', (_, root, message) => {
    const definition = rewritten(flowOf(root));
    const state = flowProgram.initial(definition, {
      runId: 'r' as never,
      sessionId: 's',
      input: {},
      startedAt: 0 as never,
    });
    const { effects } = flowProgram.decide(definition, state, { type: 'begin' }, 0 as never);
    const last = effects.at(-1);
    const outcome = last?.type === 'finish' ? last.outcome : undefined;
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
    expect(outcome?.kind === 'failed' ? outcome.error.message : '').toContain(message);
    expect(outcome?.kind === 'failed' ? outcome.error.message : '').toContain(': keep ');
  });

  test('fails whether what was there before is known or read again', () => {
    const grow = graph({ a: task }, [{ from: 'a', to: 'a', when: 'true' }], {
      state: { x: { reducer: 'append' } },
      stepsMax: 99,
    });
    const big = 'x'.repeat(1_000_000);
    const failsAt = (isKept: boolean): number => {
      const definition = flowOf(grow);
      let state = flowProgram.initial(definition, {
        runId: 'r' as never,
        sessionId: 's',
        input: {},
        startedAt: 0 as never,
      });
      for (let step = 0; step < 99; step += 1) {
        const callId = (step === 1 ? 'a' : `a@${step}`) as never;
        const input = { type: 'callSettled', callId, outcome: { kind: 'ok', output: { x: [big] } } } as const;
        const { events } = flowProgram.decide(definition, state, step === 0 ? { type: 'begin' } : input, 0 as never);
        for (const event of events) state = flowProgram.evolve(definition, state, event);
        if (state.ended !== undefined) return step;
        if (!isKept) state = rewritten(state);
      }
      return -1;
    };
    expect(failsAt(true)).toBe(9);
    expect(failsAt(false)).toBe(9);
  });

  test('fails by what all keys of a state have together', () => {
    const keys = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, {}]));
    const drive = run(graph({ a: task }, [], { state: keys }));
    const half = Object.fromEntries(Object.keys(keys).map((key) => [key, 'x'.repeat(800_000)]));
    const { outcome } = drive.ok('a', half);
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
  });

  test('fails as the input of a call, and as the items of a list', () => {
    const wide: Json = Array.from({ length: 20 }, () => '${{ input }}');
    const input = { text: 'x'.repeat(500_000) };
    for (const root of [
      { ...task, input: { wide } },
      { kind: 'map', input: wide, node: task } as FlowNode,
      graph({ a: task, b: task }, [{ from: 'a', each: 'output.l', to: 'b' }]),
    ]) {
      const drive = run(root, root.kind === 'graph' ? {} : input);
      if (root.kind === 'graph') drive.ok('a', { l: Array.from({ length: 20 }, () => input.text) });
      expect(drive.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
    }
  });
});
