import { callId, type Json, type JsonObject, type ProgramInput } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode } from './definition.js';
import { planOf } from './flow-plan.js';
import { createFlowLanguage, flowLanguage } from './language.js';
import { FLOW_SOURCE_CHARS_MAX } from './limits.js';
import { redactProgramInput, redactRunInput } from './redact.js';

function diagnostics(text: string): readonly string[] {
  const parsed = flowLanguage.parse(text, 'flow.json');
  return parsed.ok
    ? []
    : parsed.diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

const PASS: FlowNode = { kind: 'pass' };

function flow(root: FlowNode): FlowDefinition {
  return { format: 1, name: 'test', root };
}

describe('flowLanguage.parse', () => {
  test('gives the definition', () => {
    const definition = flow({ kind: 'chain', nodes: [{ name: 'a', node: PASS }] });
    expect(flowLanguage.parse(JSON.stringify(definition, undefined, 2), 'f.json')).toEqual({ ok: true, definition });
  });

  test('says where the text is no JSON', () => {
    expect(diagnostics('{\n  "format": 1,\n  "name": x\n}')).toEqual([
      'flow.json:3:11 "x" is no value: write texts in double quotes',
    ]);
  });

  test('says where each finding stands, in the order of the text', () => {
    const text = `{
  "format": 1,
  "name": "x",
  "root": {
    "kind": "graph",
    "state": { "a": { "reducer": "sum" } },
    "nodes": {
      "n": { "kind": "task", "call": "x:y", "retires": 3, "input": { "t": "\\"\\u0041\\n\${{ foo }}" } },
      "m": { "kind": "pass" }
    },
    "edges": [{ "from": "n", "to": "o" }],
    "entry": ["n"]
  }
}`;
    expect(diagnostics(text)).toEqual([
      'flow.json:6:34 root.state.a.reducer: there is no reducer "sum": there are replace, last, append, add, merge, union, min, max, byId',
      'flow.json:8:45 root.nodes.n.retires: unknown member "retires": there are kind, input, writes, timeoutMs, onError, interrupt, lock, call, retry, policy, stickyKey, leadsTo',
      'flow.json:8:90 root.nodes.n.input.t: there is no context "foo": there are input, state, run, vars; a text stands in single quotes',
      'flow.json:9:7 root.nodes.m: nothing leads to "m": add an edge to it, name it in "entry", or leave it out',
      'flow.json:11:36 root.edges[0].to: there is no node "o": there are "n", "m"',
    ]);
    const line = text.split('\n')[7] ?? '';
    expect(line.slice(89)).toMatch(/^foo/);
  });

  test('points to what lacks a member', () => {
    expect(diagnostics('{ "format": 1, "name": "x",\n "root": { "kind": "wait" } }')).toEqual([
      'flow.json:2:10 root: "ms" is missing: milliseconds, or an expression in ${{ }}',
    ]);
  });

  test('bounds the text', () => {
    expect(diagnostics(' '.repeat(FLOW_SOURCE_CHARS_MAX + 1))).toHaveLength(1);
  });

  test('knows reducers of its own', () => {
    const definition = flow({
      kind: 'graph',
      state: { p: { reducer: 'product' } },
      nodes: { a: PASS },
      edges: [],
      entry: ['a'],
    });
    const product = { initial: 1, acceptsMany: true, reduce: (): Json => 0 };
    const language = createFlowLanguage({ reducers: { product } });
    expect(language.parse(JSON.stringify(definition), 'f.json').ok).toBe(true);
    expect(flowLanguage.parse(JSON.stringify(definition), 'f.json').ok).toBe(false);
  });
});

describe('flowLanguage', () => {
  test('starts no run by events', () => {
    expect(flowLanguage.triggers(flow(PASS))).toEqual([]);
    const event = { id: '1', source: 's', type: 't', data: '{}' };
    expect(flowLanguage.matches(flow(PASS), event)).toBe(false);
  });

  test('checks the first values of a graph', () => {
    const state = {
      t: { type: 'text' },
      n: { type: 'number' },
      b: { type: 'boolean' },
      l: { type: 'list' },
      o: { type: 'object' },
      any: {},
      s: { secret: true },
    } as const;
    const definition = flow({ kind: 'graph', state, nodes: { a: PASS }, edges: [], entry: ['a'] });
    const right = { t: 'x', n: 1, b: true, l: [], o: {}, any: null, s: 'x' };
    expect(flowLanguage.checkInput(definition, right)).toEqual({ ok: true, definition: right });
    const checked = flowLanguage.checkInput(definition, { t: 1, n: '1', b: 0, l: {}, o: [], s: 1, other: 1 });
    expect(checked.ok ? [] : checked.diagnostics.map(({ message }) => message)).toEqual([
      '"t" must be a text',
      '"n" must be a number',
      '"b" must be true or false',
      '"l" must be a list',
      '"o" must be an object',
      '"s" is a secret: it must be a text',
      'the flow takes no "other": its state has "t", "n", "b", "l", "o", "any", "s"',
    ]);
  });

  test('takes anything for other roots, and for a graph that makes its own input', () => {
    const graph: FlowNode = {
      kind: 'graph',
      input: { a: '${{ input.x }}' },
      state: { a: {} },
      nodes: { a: PASS },
      edges: [],
      entry: ['a'],
    };
    for (const root of [PASS, graph])
      expect(flowLanguage.checkInput(flow(root), { x: 1 })).toEqual({ ok: true, definition: { x: 1 } });
  });
});

describe('redacting', () => {
  const login: FlowNode = { kind: 'task', call: 'tool:login', writes: { token: '${{ output.auth.token }}' } };
  const plan = planOf(
    flow({
      kind: 'graph',
      state: { token: { secret: true }, seen: {}, pin: { secret: true } },
      nodes: {
        login,
        plain: { kind: 'task', call: 'tool:login' },
        command: { kind: 'task', call: 'tool:login', leadsTo: ['login'] },
        person: { kind: 'ask', question: 'The token?', writes: { token: '${{ output }}' } },
        sure: { ...login, interrupt: { after: { question: 'Right?' } } },
        two: { kind: 'task', call: 'tool:login' },
        inner: {
          kind: 'graph',
          state: { token: { secret: true }, seen: {} },
          input: {},
          nodes: { a: { kind: 'pass' } },
          edges: [],
          entry: ['a'],
          interrupt: { before: { question: 'Go?' } },
        },
        deep: {
          kind: 'loop',
          until: 'output.token',
          roundsMax: 3,
          node: {
            kind: 'map',
            node: { kind: 'chain', nodes: [{ name: 'last', node: { kind: 'task', call: 'x:y' } }] },
          },
        },
      },
      edges: [],
      entry: ['login', 'plain', 'command', 'person', 'sure', 'deep'],
    }),
  );

  function redacted(call: string, output: Json): unknown {
    const input: ProgramInput = { type: 'callSettled', callId: callId(call), outcome: { kind: 'ok', output } };
    const { redacted, secrets } = redactProgramInput(plan, input);
    return [redacted.type === 'callSettled' && redacted.outcome.kind === 'ok' && redacted.outcome.output, secrets];
  }

  test.each<[string, string, Json, Json, object]>([
    [
      'where "writes" takes it from',
      'login',
      { auth: { token: 'T1' }, a: 1 },
      { auth: { token: '***' }, a: 1 },
      { token: 'T1' },
    ],
    ['in a later step', 'login@7', { auth: { token: 'T1' } }, { auth: { token: '***' } }, { token: 'T1' }],
    ['in an item of a fan-out', 'login[3]@7', { auth: { token: 'T1' } }, { auth: { token: '***' } }, { token: 'T1' }],
    ['under its name', 'plain', { token: 'T1', seen: 'T2' }, { token: '***', seen: 'T2' }, { token: 'T1' }],
    ['in an update', 'command', { update: { token: 'T1' } }, { update: { token: '***' } }, { token: 'T1' }],
    [
      'in an answer',
      'person',
      { action: 'respond', value: 'T1' },
      { action: 'respond', value: '***' },
      { token: 'T1' },
    ],
    [
      'in an answer that edits an output',
      'sure:after:2',
      { action: 'edit', value: { auth: { token: 'T1' } } },
      { action: 'edit', value: { auth: { token: '***' } } },
      { token: 'T1' },
    ],
    ['not in what is deeper: it writes nothing', 'deep@2#3[1].last', { token: 'T1' }, { token: 'T1' }, {}],
    [
      'in any case, as expressions find it',
      'login',
      { AUTH: { Token: 'T1' } },
      { AUTH: { Token: '***' } },
      { token: 'T1' },
    ],
    [
      'in an answer that takes the place of a run',
      'sure:before',
      { action: 'respond', value: { auth: { token: 'T1' } } },
      { action: 'respond', value: { auth: { token: '***' } } },
      { token: 'T1' },
    ],
    [
      'not in an answer that is an input',
      'sure:before',
      { action: 'edit', value: { auth: { token: 'T1' } } },
      { action: 'edit', value: { auth: { token: 'T1' } } },
      {},
    ],
    [
      'in an answer that is the input of a graph',
      'inner:before',
      { action: 'edit', value: { token: 'T1', seen: 'x T1' } },
      { action: 'edit', value: { token: '***', seen: 'x ***' } },
      { token: 'T1' },
    ],
    ['in what is no answer, without taking it', 'person:2', 'T1', '***', {}],
    [
      'and wherever else the value stands',
      'plain',
      { token: 'T1', header: ['Bearer T1'], T1: 0 },
      { token: '***', header: ['Bearer ***'], '***': 0 },
      { token: 'T1' },
    ],
    [
      'when it is no text, without taking it',
      'plain',
      { token: { a: ['T1'], n: 12345 }, seen: 'x T1', n: 12345 },
      { token: ['***'], seen: 'x ***', n: '***' },
      {},
    ],
    [
      'the longer text first',
      'two',
      { token: 'T1', pin: 'T12', seen: 'T12' },
      { token: '***', pin: '***', seen: '***' },
      { token: 'T1', pin: 'T12' },
    ],
    ['not when there is none', 'plain', { token: null, x: 1 }, { token: null, x: 1 }, {}],
    ['not when it is masked already', 'plain', { token: '***' }, { token: '***' }, {}],
    ['not of nodes that write nothing secret', 'nowhere', { token: 'T1' }, { token: 'T1' }, {}],
  ])('takes a secret out of what a call gave %s', (_, call, output, expected, secrets) => {
    expect(redacted(call, output)).toEqual([expected, secrets]);
  });

  test('takes a secret out of an edit', () => {
    const edit: ProgramInput = { type: 'edit', edit: { values: { token: 'T1', seen: 'x T1' } } };
    expect(redactProgramInput(plan, edit)).toEqual({
      redacted: { type: 'edit', edit: { values: { token: '***', seen: 'x ***' } } },
      secrets: { token: 'T1' },
    });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['that names no graph', { at: 'nowhere', values: { token: 'T1' } }, { at: 'nowhere', values: { token: '***' } }],
    ['that is none', { token: 'T1', values: [{ token: 'T1' }] }, { token: '***', values: [{ token: '***' }] }],
  ])('takes secrets out of an edit %s', (_, edit, redacted) => {
    const input: ProgramInput = { type: 'edit', edit };
    expect(redactProgramInput(plan, input)).toEqual({ redacted: { type: 'edit', edit: redacted }, secrets: {} });
  });

  test('leaves other inputs alone', () => {
    const begin: ProgramInput = { type: 'begin' };
    expect(redactProgramInput(plan, begin).redacted).toBe(begin);
  });

  test('takes secrets out of what a run is started with', () => {
    expect(redactRunInput(plan, { token: 'T1', seen: 2 })).toEqual({
      redacted: { token: '***', seen: 2 },
      secrets: { token: 'T1' },
    });
    expect(redactRunInput(planOf(flow(PASS)), { token: 'T1' })).toEqual({ redacted: { token: 'T1' }, secrets: {} });
  });
});
