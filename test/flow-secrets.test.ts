import fc from 'fast-check';
import { type Json, type JsonObject, type ProgramInput, runId } from 'tau-core';
import { expect, test } from 'vitest';
import type { FlowDefinition, FlowNode } from '../src/flow/definition.js';
import { type FlowPlan, planOf } from '../src/flow/flow-plan.js';
import { walkPlaces } from '../src/flow/place.js';
import { placeAt } from '../src/flow/place-on-path.js';
import { flowProgram } from '../src/flow/program.js';
import { redactProgramInput, redactRunInput } from '../src/flow/redact.js';
import type { FlowState } from '../src/flow/state.js';
import { validateFlow } from '../src/flow/validate.js';
import { FLOW_START, rewritten } from './support/flow-drive.js';

/*
 * What is secret is found out by a run of the same flow in which nothing is: every text is another one, and those that come to
 * stand in a secret key are the secrets. The run of the flow itself, told the same, must then never show any of them.
 */

const RUNS = Number(process.env['TAU_FLOW_RUNS'] ?? 1_500);
const TURNS_MAX = 30;

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = (members: readonly object[], others: number): fc.Arbitrary<object> =>
  fc.oneof({ weight: others, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: oneOf(members) });

const QUESTION = { question: 'Is this right? ${{ toJSON(input) }}' };

const WRITES: readonly JsonObject[] = [
  {},
  { token: '${{ output }}' },
  { token: '${{ output.token }}' },
  { token: '${{ output.Token }}', plain: '${{ output }}' },
  { token: '${{ output.auth.token }}' },
  { token: '${{ output.login.token }}' },
  { token: '${{ output.output.token }}' },
  { plain: '${{ output.token }}' },
  { plain: '${{ output }}', other: '${{ state.token }}' },
];

const GRAPH_INPUTS: readonly object[] = [
  { input: {} },
  { input: { token: '${{ state.token }}' } },
  { input: { token: '${{ input.token }}' } },
  { input: { token: '${{ state.plain }}' } },
  { input: { token: 'T999E' } },
  { input: { plain: '${{ state.token }}', other: '${{ input }}' } },
  { input: '${{ state }}' },
  { input: '${{ input }}' },
];

const interrupt = maybe(
  [
    { interrupt: { before: QUESTION } },
    { interrupt: { after: { question: '${{ toJSON(output) }}?' } } },
    { interrupt: { before: QUESTION, after: QUESTION } },
  ],
  3,
);

const common = fc
  .tuple(
    interrupt,
    maybe(
      WRITES.map((writes) => ({ writes })),
      1,
    ),
    maybe([{ onError: 'continue' }], 5),
  )
  .map((members) => Object.assign({}, ...members) as object);

const NAMES = ['login', 'token', 'c'];
const CALLED = { kind: 'task', call: 'tool:a', input: { auth: 'x ${{ secrets.token }}', all: '${{ input }}' } };

/** A node, in a graph or not: what may not be said where it stands is left out. */
const { root } = fc.letrec<{ root: FlowNode; node: FlowNode; graph: FlowNode }>((tie) => {
  const named = fc
    .array(tie('node'), { minLength: 1, maxLength: 3 })
    .map((nodes) => nodes.map(({ writes: _, ...node }, at) => ({ name: NAMES[at], node })));
  const inner = tie('node').map(({ writes: _, ...node }) => node);
  const own = fc.oneof(
    { maxDepth: 3, depthSize: 'medium', withCrossShrink: true },
    {
      weight: 5,
      arbitrary: oneOf<object>([{ kind: 'task', call: 'tool:a' }, CALLED, { ...CALLED, leadsTo: ['token'] }]),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'ask', ...QUESTION }) },
    { weight: 1, arbitrary: oneOf([{ kind: 'pass' }, { kind: 'pass', input: { token: '${{ input.plain }}' } }]) },
    { weight: 3, arbitrary: tie('graph') },
    { weight: 1, arbitrary: named.map((nodes) => ({ kind: 'chain', nodes })) },
    { weight: 1, arbitrary: named.map((nodes) => ({ kind: 'parallel', nodes })) },
    { weight: 1, arbitrary: named.map((nodes) => ({ kind: 'parallel', nodes, failure: 'collect' })) },
    { weight: 1, arbitrary: named.map((nodes) => ({ kind: 'race', nodes })) },
    { weight: 1, arbitrary: named.map((steps) => ({ kind: 'saga', steps })) },
    { weight: 1, arbitrary: inner.map((node) => ({ kind: 'map', over: "fromJSON('[1,2]')", node })) },
    { weight: 1, arbitrary: inner.map((node) => ({ kind: 'loop', node, until: 'round == 2', roundsMax: 2 })) },
  );
  const graph = fc
    .tuple(
      fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
      maybe(GRAPH_INPUTS, 1),
      oneOf([{ secret: true }, { secret: true }, {}]),
      interrupt,
      fc.boolean(),
    )
    .map(([nodes, input, token, asked, isFanned]) => ({
      kind: 'graph',
      state: { token, plain: { reducer: 'last' }, other: { reducer: 'last' } },
      nodes: Object.fromEntries(nodes.map((node, at) => [NAMES[at], node])),
      edges: nodes.slice(1).map((_, at) => ({
        from: NAMES[at],
        to: NAMES[at + 1],
        ...(isFanned && at === 0 ? { each: 'output.list' } : {}),
      })),
      entry: ['login'],
      stepsMax: 9,
      ...input,
      ...asked,
    }));
  return {
    root: fc.oneof({ weight: 4, arbitrary: graph }, { weight: 1, arbitrary: tie('node') }) as fc.Arbitrary<FlowNode>,
    graph: graph as unknown as fc.Arbitrary<FlowNode>,
    node: fc.tuple(common, own).map(([shared, node]) => ({ ...shared, ...node }) as FlowNode),
  };
});

/** Something that a capability or a person gives; every text in it has a mark of its own. */
type Given = (mark: () => string) => Json;

const GIVEN: readonly Given[] = [
  (mark) => ({ token: mark(), Token: mark(), list: [{ token: mark() }] }),
  (mark) => {
    const one = mark();
    return { token: one, copy: `Bearer ${one}`, [one]: [one], list: [] };
  },
  (mark) => ({ auth: { token: mark() }, TOKEN: mark(), plain: mark() }),
  (mark) => ({ login: { token: mark() }, output: { token: mark() } }),
  (mark) => ({ update: { token: mark(), plain: mark() }, send: [{ to: 'token', input: { token: mark() } }] }),
  (mark) => ({ token: { deep: [mark()] }, plain: mark() }),
  (mark) => mark(),
];

const turns = fc.array(
  fc.record({
    pick: fc.nat(),
    given: oneOf(GIVEN),
    answer: oneOf(['approve', 'approve', 'edit', 'respond', 'reject', 'other', 'none']),
    isEdit: fc.nat(9).map((one) => one === 0),
  }),
  { maxLength: TURNS_MAX },
);

/** The same flow, in which nothing is secret. */
function disclosed(definition: FlowDefinition): FlowDefinition {
  return JSON.parse(JSON.stringify(definition).replaceAll('"secret":true', '"reducer":"last"')) as FlowDefinition;
}

function marksIn(value: unknown): readonly string[] {
  return JSON.stringify(value)?.match(/T\d+E/g) ?? [];
}

/** What stands in keys that are secret in the other plan. */
function addSecrets(plan: FlowPlan, secretPlan: FlowPlan, state: FlowState, found: Set<string>): void {
  const root = placeAt(plan, state, '');
  if (root === undefined) return;
  walkPlaces(root, ({ plan: node, activation }) => {
    const other = secretPlan.nodes[node.id];
    if (activation.kind !== 'graph' || other?.kind !== 'graph') return;
    for (const { name, secret } of other.keys)
      if (secret) for (const mark of marksIn(activation.values[name] ?? null)) found.add(mark);
  });
}

test('no secret is in what is stored, asked for, told or seen', () => {
  let sound = 0;
  let withSecrets = 0;
  fc.assert(
    fc.property(root, turns, (node, happenings) => {
      const definition = rewritten<FlowDefinition>({ format: 1, name: 'secrets', root: node });
      if (validateFlow(definition).length > 0) return;
      sound += 1;
      const plain = disclosed(definition);
      const [plan, plainPlan] = [planOf(definition), planOf(plain)];
      let marks = 0;
      const mark = (): string => {
        marks += 1;
        return `T${marks}E`;
      };
      const input: JsonObject = { token: mark(), plain: mark(), other: null };
      const begin = { runId: runId('r'), sessionId: 's', startedAt: FLOW_START, input };
      const secrets = new Set<string>();
      let state = flowProgram.initial(plain, begin);
      const open = new Set<string>();
      const inputs: ProgramInput[] = [];
      const tell = (one: ProgramInput): void => {
        inputs.push(one);
        const { events, effects } = flowProgram.decide(plain, state, one, FLOW_START);
        for (const event of events) {
          state = flowProgram.evolve(plain, state, event);
          addSecrets(plainPlan, plan, state, secrets);
        }
        if (one.type === 'callSettled') open.delete(one.callId);
        for (const effect of effects) {
          if (effect.type === 'call') open.add(effect.callId);
          if (effect.type === 'cancelCall') open.delete(effect.callId);
        }
      };
      tell({ type: 'begin' });
      for (const { pick, given, answer, isEdit } of happenings) {
        if (isEdit) {
          const at = [...open][pick % Math.max(1, open.size)]?.replace(/[^.]*$/, '').replace(/\.$/, '') ?? '';
          tell({ type: 'edit', edit: { at, values: { token: mark(), plain: `${mark()}` } } });
        }
        const callId = [...open][pick % Math.max(1, open.size)];
        if (callId === undefined) break;
        const value = given(mark);
        const place = placeAt(plainPlan, state, callId.replace(/:.*/, '').replace('$root', ''));
        const asks = callId.includes(':') || place?.plan.kind === 'ask';
        const output = !asks ? value : answer === 'none' ? mark() : { action: answer, value };
        tell({ type: 'callSettled', callId: callId as never, outcome: { kind: 'ok', output } });
      }
      if (secrets.size > 0) withSecrets += 1;

      const seen: unknown[] = [];
      const start = redactRunInput(plan, input).redacted;
      let kept = flowProgram.initial(definition, { ...begin, input: start });
      seen.push(start);
      for (const told of inputs) {
        const { redacted } = redactProgramInput(plan, told);
        const decision = flowProgram.decide(definition, kept, redacted, FLOW_START);
        seen.push(redacted, decision);
        for (const event of decision.events) {
          kept = flowProgram.evolve(definition, kept, event);
          seen.push(flowProgram.narrate?.(definition, kept, event));
        }
        seen.push(kept, flowProgram.view?.(definition, kept));
      }
      expect(marksIn(seen).filter((one) => secrets.has(one))).toEqual([]);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(sound).toBeGreaterThan(RUNS / 10);
  expect(withSecrets).toBeGreaterThan(RUNS / 40);
});
