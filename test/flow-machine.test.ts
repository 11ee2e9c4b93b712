import { type JsonObject, type Narration, runId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode, GraphNode } from '../src/flow/definition.js';
import type { FlowEvent } from '../src/flow/event.js';
import { flowProgram } from '../src/flow/program.js';
import type { FlowState } from '../src/flow/state.js';
import { FLOW_START, FlowDrive, rewritten } from './support/flow-drive.js';

const task: FlowNode = { kind: 'task', call: 'tool:a' };
const flowOf = (root: FlowNode, patches: readonly string[] = []): FlowDefinition => ({
  format: 1,
  name: 'Test',
  root,
  ...(patches.length === 0 ? {} : { patches }),
});

/** A run without the checks of `FlowDrive`, which would be what is measured. */
function runPlain(
  definition: FlowDefinition,
  input: JsonObject,
  onStep: (state: FlowState) => void,
): readonly FlowEvent[] {
  const begin = { runId: runId('run-1'), sessionId: 's', input, startedAt: FLOW_START };
  let state = flowProgram.initial(definition, begin);
  const events: FlowEvent[] = [];
  let next: Parameters<typeof flowProgram.decide>[2] | undefined = { type: 'begin' };
  while (next !== undefined) {
    const decision = flowProgram.decide(definition, state, next, FLOW_START);
    for (const event of decision.events) state = flowProgram.evolve(definition, state, event);
    events.push(...decision.events);
    onStep(state);
    const call = decision.effects.find((effect) => effect.type === 'call');
    next = call && { type: 'callSettled', callId: call.callId, outcome: { kind: 'ok', output: { n: 1 } } };
  }
  return events;
}

describe('what a run costs', () => {
  test('a state does not grow with the steps behind it, and an event not with the state', () => {
    const cycle = flowOf({
      kind: 'graph',
      state: { n: { reducer: 'add' } },
      nodes: { a: task },
      edges: [{ from: 'a', to: 'a', when: 'state.n < 9000' }],
      entry: ['a'],
      stepsMax: 10_000,
    });
    const sizes: number[] = [];
    const events = runPlain(cycle, {}, (state) => sizes.push(JSON.stringify(state).length));
    expect(sizes).toHaveLength(9_001);
    expect(Math.max(...sizes)).toBeLessThan(300);
    const written = events.map((event) => JSON.stringify(event).length);
    expect(Math.max(...written)).toBeLessThan(120);
  });

  test('a graph that waits for an answer is small', () => {
    const names = Array.from({ length: 10 }, (_, index) => `node${index}`);
    const drive = new FlowDrive(
      flowOf({
        kind: 'graph',
        state: { topic: {}, text: {}, verdict: {} },
        nodes: {
          ...Object.fromEntries(names.map((name) => [name, task])),
          review: { kind: 'ask', question: 'Is this good? ${{ state.text }}', deadlineMs: 60_000 },
        },
        edges: names.map((from, index) => ({ from, to: names[index + 1] ?? 'review' })),
        entry: ['node0'],
      }),
      { topic: 'bees' },
    ).begin();
    for (const [index, name] of names.entries()) {
      drive.ok(index === 0 ? name : `${name}@${index + 1}`, { text: 'Bees make honey.' });
    }
    expect([...drive.calls.keys()]).toEqual(['review@11']);
    expect(JSON.stringify(drive.state).length).toBeLessThan(500);
  });

  test('one item of ten thousand changes little of the state', () => {
    const map = flowOf({ kind: 'map', over: 'input.items', node: task });
    const items = Array.from({ length: 10_000 }, (_, index) => index);
    const begin = { runId: runId('run-1'), sessionId: 's', input: { items }, startedAt: FLOW_START };
    let state = flowProgram.initial(map, begin);
    const calls: string[] = [];
    for (const effect of decideAll({ type: 'begin' })) if (effect.type === 'call') calls.push(effect.callId);
    expect(calls).toHaveLength(10_000);
    let last: unknown;
    for (const call of calls.toReversed()) {
      const effects = decideAll({ type: 'callSettled', callId: call as never, outcome: { kind: 'ok', output: call } });
      last = effects.at(-1);
    }
    expect(last).toEqual({ type: 'finish', outcome: { kind: 'ok', output: items.map((item) => `[${item}]`) } });

    function decideAll(input: Parameters<typeof flowProgram.decide>[2]) {
      const { events, effects } = flowProgram.decide(map, state, input, FLOW_START);
      for (const event of events) state = flowProgram.evolve(map, state, event);
      return effects;
    }
  });

  test('a flow that goes round without waiting is ended, and not waited for', () => {
    const inner: FlowNode = { kind: 'loop', until: 'false', roundsMax: 100_000, onMax: 'take', node: { kind: 'pass' } };
    const calls: string[] = [];
    const definition = flowOf({ kind: 'loop', until: 'false', roundsMax: 100_000, node: inner });
    const begin = { runId: runId('run-1'), sessionId: 's', input: {}, startedAt: FLOW_START };
    const state = flowProgram.initial(definition, begin);
    const { events, effects } = flowProgram.decide(definition, state, { type: 'begin' }, FLOW_START);
    for (const effect of effects) calls.push(effect.type);
    expect(calls).toEqual(['finish']);
    expect(effects[0]).toMatchObject({ outcome: { kind: 'failed', error: { id: 'TAU-4008' } } });
    expect(events.length).toBeLessThan(250_010);
  });

  test('a step and a map have a greatest width', () => {
    const items = Array.from({ length: 100_001 }, () => 1);
    const map = new FlowDriveLess(flowOf({ kind: 'map', over: 'input.items', node: task }), { items });
    expect(map.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
    const fan = new FlowDriveLess(
      flowOf({
        kind: 'graph',
        state: { items: {} },
        nodes: { a: { kind: 'pass' }, b: task },
        edges: [{ from: 'a', each: 'state.items', to: 'b' }],
        entry: ['a'],
      }),
      { items },
    );
    expect(fan.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007' } });
  });
});

/** The first decision of a run, unchecked. */
class FlowDriveLess {
  readonly outcome: unknown;

  constructor(definition: FlowDefinition, input: JsonObject) {
    const begin = { runId: runId('run-1'), sessionId: 's', input, startedAt: FLOW_START };
    const { effects } = flowProgram.decide(
      definition,
      flowProgram.initial(definition, begin),
      { type: 'begin' },
      FLOW_START,
    );
    const last = effects.at(-1);
    this.outcome = last?.type === 'finish' ? last.outcome : undefined;
  }
}

describe('cancelling before a run begins', () => {
  test('ends it, and nothing begins', () => {
    const drive = new FlowDrive(flowOf(task)).cancel('never mind');
    expect(drive.outcome).toEqual({ kind: 'cancelled', reason: 'never mind' });
    expect(drive.begin().asked.size).toBe(0);
  });
});

describe('what is told of a run', () => {
  function told(drive: FlowDrive): readonly string[] {
    let state: FlowState = new FlowDrive(drive.definition).state;
    return drive.events.flatMap((event) => {
      state = flowProgram.evolve(drive.definition, state, event);
      return (flowProgram.narrate?.(drive.definition, state, event) ?? []).map(text);
    });
  }
  const text = ({ at, kind, label, output, error }: Narration): string =>
    [kind, at, label, output === undefined ? undefined : JSON.stringify(output), error?.message]
      .filter(Boolean)
      .join(' ');

  test('starts, ends, steps, questions, and what was not chosen, by paths without steps', () => {
    const drive = new FlowDrive(
      flowOf({
        kind: 'graph',
        state: { n: {} },
        nodes: {
          a: task,
          way: {
            kind: 'route',
            choose: [
              { name: 'x', when: 'false', node: task },
              { name: 'y', when: 'true', node: task },
            ],
          },
          review: { kind: 'ask', question: 'Fine?' },
        },
        edges: [
          { from: 'a', to: 'way' },
          { from: 'way', to: 'review' },
        ],
        entry: ['a'],
      }),
    ).begin();
    drive.ok('a', { n: 1 }).ok('way@2.y', { n: 2 }).ok('review@3', { action: 'reject' });
    expect(told(drive)).toEqual([
      'started $root Test',
      'started a',
      'completed a {"n":1}',
      'committed $root Test',
      'started way',
      'started way.y',
      'skipped way.x',
      'completed way.y {"n":2}',
      'completed way',
      'committed $root Test',
      'started review',
      'asked review',
      'failed review review: it was rejected',
      'failed $root Test review: it was rejected',
    ]);
  });

  test('what a pattern fails with is the error of its child', () => {
    const nested: FlowNode = { kind: 'chain', nodes: [{ name: 'in', node: { kind: 'map', input: [1], node: task } }] };
    const drive = new FlowDrive(flowOf(nested)).begin();
    drive.settle('in[0]', { kind: 'cancelled', reason: 'gone' });
    const why = 'in[0]: its provider gave it up: gone';
    expect(told(drive)).toEqual([
      'started $root Test',
      'started in',
      'started in[0]',
      `failed in[0] ${why}`,
      `failed in ${why}`,
      `failed $root Test ${why}`,
    ]);
  });
});

describe('bringing a run to another version of its definition', () => {
  const graph: GraphNode = {
    kind: 'graph',
    state: { n: { type: 'number', reducer: 'add' }, old: {} },
    nodes: { a: task, b: { ...task, timeoutMs: 5_000 } },
    edges: [{ from: 'a', to: 'b' }],
    entry: ['a'],
  };
  const migrate = (drive: FlowDrive, to: FlowNode) => flowProgram.migrate?.(drive.definition, flowOf(to), drive.state);

  test('keeps what is open, adds and drops keys, and goes on by the new definition', () => {
    const drive = new FlowDrive(flowOf(graph)).begin().ok('a', { n: 1, old: 2 });
    const { nodes, ...rest } = graph;
    const to: GraphNode = {
      ...rest,
      state: { text: { type: 'text', initial: 'none' }, n: { type: 'number', reducer: 'add' } },
      nodes: { c: task, ...nodes },
      edges: [...graph.edges, { from: 'b', to: 'c' }],
    };
    const migrated = migrate(drive, to);
    if (migrated?.ok !== true) throw new Error(JSON.stringify(migrated));
    expect(migrated.state).toEqual(rewritten(migrated.state));
    const after = new FlowDrive(flowOf(to));
    after.state = migrated.state;
    for (const [id, call] of drive.calls) after.calls.set(id, call);
    after.ok('b@2', { n: 1 });
    expect(after.calls.get('c@3')?.input).toEqual({ text: 'none', n: 2 });
  });

  test.each<readonly [string, FlowNode, readonly string[]]>([
    [
      'a node that is open is gone',
      { ...graph, nodes: { a: task }, edges: [] },
      ['b: it is due, and the other definition has no such node: keep it'],
    ],
    [
      'it is of another kind',
      { ...graph, nodes: { a: task, b: { kind: 'ask', question: '?' } } },
      ['b: it is open as a task, and is a ask in the other definition: keep its kind, and add another node'],
    ],
    [
      'a key has another type',
      { ...graph, state: { n: { type: 'text' } } },
      ['$root: key "n" does not fit its new type text: keep its type, or use another key'],
    ],
    [
      'the root is of another kind',
      task,
      ['$root: it is open as a graph, and is a task in the other definition: keep its kind, and add another node'],
    ],
  ])('is refused when %s', (_, to, reasons) => {
    const drive = new FlowDrive(flowOf(graph)).begin().ok('a', { n: 1 });
    expect(migrate(drive, to)).toEqual({ ok: false, reasons });
  });

  test('is refused where what is done, or side by side, changes its order, or a question or a lock is open', () => {
    const named = (...names: string[]) => names.map((name) => ({ name, node: task }));
    const chain = new FlowDrive(flowOf({ kind: 'chain', nodes: named('a', 'b') })).begin().ok('a', 1);
    expect(migrate(chain, { kind: 'chain', nodes: named('a', 'b', 'c') })).toMatchObject({ ok: true });
    expect(migrate(chain, { kind: 'chain', nodes: named('x', 'b') })).toMatchObject({ ok: false });
    expect(migrate(chain, { kind: 'chain', nodes: named('a', 'x', 'b') })).toMatchObject({ ok: false });
    const parallel = new FlowDrive(flowOf({ kind: 'parallel', nodes: named('a', 'b') })).begin();
    expect(migrate(parallel, { kind: 'parallel', nodes: named('a', 'b', 'c') })).toMatchObject({ ok: true });
    expect(migrate(parallel, { kind: 'parallel', nodes: named('b', 'a') })).toMatchObject({ ok: false });
    const asked = new FlowDrive(flowOf({ ...task, interrupt: { before: { question: '?' } } })).begin();
    expect(migrate(asked, task)).toMatchObject({ ok: false, reasons: [expect.stringContaining('interrupt')] });
    const locked = new FlowDrive(flowOf({ ...task, lock: { key: 'k' } })).begin();
    expect(migrate(locked, task)).toMatchObject({ ok: false, reasons: [expect.stringContaining('lock')] });
  });

  test('keeps the patches that the run began under', () => {
    const route: FlowNode = {
      kind: 'chain',
      nodes: [
        { name: 'first', node: task },
        { name: 'way', node: { kind: 'pass', input: "${{ patched('new') }}" } },
      ],
    };
    const before = new FlowDrive(flowOf(route)).begin();
    const migrated = flowProgram.migrate?.(before.definition, flowOf(route, ['new']), before.state);
    const after = new FlowDrive(flowOf(route, ['new']));
    if (migrated?.ok !== true) throw new Error('it may go over');
    after.state = migrated.state;
    expect(after.ok('first', 1).outcome).toEqual({ kind: 'ok', output: false });
    expect(new FlowDrive(flowOf(route, ['new'])).begin().ok('first', 1).outcome).toEqual({ kind: 'ok', output: true });
  });
});
