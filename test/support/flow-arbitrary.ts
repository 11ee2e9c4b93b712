import fc from 'fast-check';
import { type ErrorName, errorData, type Json, type JsonObject, type Outcome } from 'tau-core';
import type { FlowDefinition, FlowNode, GraphEdge, NamedNode, Question } from '../../src/flow/definition.js';

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
/** Members that are there or not: absent is absent, never undefined. */
const maybe = <T extends object>(member: fc.Arbitrary<T>, freq = 4): fc.Arbitrary<T | object> =>
  fc.oneof({ weight: freq, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: member });

const INPUTS: readonly Json[] = [
  { n: 1 },
  'text',
  [1, 2, 3],
  '${{ input }}',
  '${{ input.list }}',
  { n: '${{ input.n }}', who: '${{ run.id }} ${{ item }} ${{ index }} ${{ round }}' },
  '${{ fromJSON(input.text) }}',
  '${{ state }}',
  { deep: { list: ['${{ state.n }}'] } },
];
const CONDITIONS = [
  'true',
  'false',
  'input.n == 1',
  'output.n == 1',
  "fromJSON(input.text) == 'x'",
  'state.n > 1',
  'length(input) > 2',
];

const question: fc.Arbitrary<Question> = fc
  .tuple(
    oneOf(['Go?', 'Is ${{ input.n }} fine? ${{ output }}', "${{ fromJSON('{') }}"]),
    maybe(fc.constant({ deadlineMs: 500 })),
    maybe(oneOf([{ default: { action: 'approve' } }, { default: { action: 'edit', value: { n: 7 } } }])),
    maybe(oneOf([{ actions: ['approve'] }, { actions: ['edit', 'reject'] }])),
  )
  .map(([text, ...rest]) => Object.assign({ question: text }, ...rest) as Question);

const common = fc
  .tuple(
    maybe(
      oneOf(INPUTS).map((input) => ({ input })),
      2,
    ),
    maybe(oneOf([{ timeoutMs: 100 }, { timeoutMs: 700 }]), 5),
    maybe(fc.constant({ onError: 'continue' })),
    maybe(
      fc.record({ before: question }).map((interrupt) => ({ interrupt })),
      9,
    ),
    maybe(
      fc.record({ after: question }).map((interrupt) => ({ interrupt })),
      9,
    ),
    maybe(oneOf([{ lock: { key: 'k' } }, { lock: { key: '${{ input.text }}', waiting: 'replace' } }]), 7),
    maybe(
      oneOf([{ writes: { n: '${{ output.n }}' } }, { writes: { log: '${{ output }}', last: "${{ fromJSON('1') }}" } }]),
      2,
    ),
  )
  .map((members) => Object.assign({}, ...members) as object);

const NAMES = ['a', 'b', 'c', 'd'];
const workers = fc
  .tuple(maybe(oneOf([{ workers: 1 }, { workers: 2 }]), 1), maybe(fc.constant({ failure: 'collect' }), 1))
  .map((members) => Object.assign({}, ...members) as object);

const named = (nodes: readonly FlowNode[]): readonly NamedNode[] =>
  nodes.map((node, index) => ({ name: NAMES[index] ?? '', node }));

const edge = (count: number): fc.Arbitrary<GraphEdge> => {
  const from = fc.nat(count - 1).map((index) => NAMES[index] ?? 'a');
  const to = fc.nat(count).map((index) => (index === count ? '$end' : (NAMES[index] ?? 'a')));
  const node = fc.nat(count - 1).map((index) => NAMES[index] ?? 'a');
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ from, to }) },
    { weight: 2, arbitrary: fc.record({ from, to, when: oneOf(CONDITIONS) }) },
    {
      weight: 1,
      arbitrary: fc.record({ from, choose: fc.tuple(fc.record({ when: oneOf(CONDITIONS), to }), fc.record({ to })) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ from, each: oneOf(['state.list', 'output.list', 'fromJSON(\'["x","y"]\')']), to: node }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ from: fc.uniqueArray(node, { minLength: Math.min(2, count), maxLength: 3 }), to }),
    },
  ) as fc.Arbitrary<GraphEdge>;
};

const { root } = fc.letrec<{ root: FlowNode; node: FlowNode; leaf: FlowNode; many: FlowNode[] }>((tie) => ({
  root: pattern(tie('node'), tie('many')),
  node: fc.oneof(
    { depthSize: 'medium', maxDepth: 4, withCrossShrink: true },
    { weight: 3, arbitrary: tie('leaf') },
    { weight: 2, arbitrary: pattern(tie('node'), tie('many')) },
  ),
  leaf: fc
    .tuple(
      common,
      fc.oneof(
        { weight: 6, arbitrary: fc.constant({ kind: 'task', call: 'tool:a' }) },
        { weight: 1, arbitrary: fc.constant({ kind: 'task', call: 'tool:a', input: { token: 'x ${{ secrets.T }}' } }) },
        { weight: 2, arbitrary: question.map((asked) => ({ kind: 'ask', ...asked })) },
        { weight: 2, arbitrary: fc.constant({ kind: 'pass' }) },
        { weight: 1, arbitrary: oneOf([0, 300, '${{ input.n }}']).map((ms) => ({ kind: 'wait', ms })) },
        {
          weight: 1,
          arbitrary: maybe(oneOf([{ when: 'message.n == 1' }, { when: 'fromJSON(message.text)' }]), 1).map((when) => ({
            kind: 'receive',
            ...when,
          })),
        },
      ),
    )
    .map(([shared, own]) => ({ ...shared, ...own }) as FlowNode),
  many: fc.array(tie('node'), { minLength: 1, maxLength: 4, depthIdentifier: 'node' }),
}));

function pattern(one: fc.Arbitrary<FlowNode>, many: fc.Arbitrary<FlowNode[]>): fc.Arbitrary<FlowNode> {
  const own: fc.Arbitrary<object> = fc.oneof(
    many.map((nodes) => ({ kind: 'chain', nodes: named(nodes) })),
    fc.tuple(many, workers).map(([nodes, shared]) => ({ kind: 'parallel', nodes: named(nodes), ...shared })),
    fc
      .tuple(one, workers, maybe(oneOf([{ over: "fromJSON('[1,2,3]')" }, { over: 'input.list' }]), 1))
      .map(([child, ...rest]) => Object.assign({ kind: 'map', node: child }, ...rest) as object),
    many.map((nodes) => ({ kind: 'race', nodes: named(nodes) })),
    fc
      .tuple(one, oneOf(CONDITIONS), oneOf(['fail', 'take']))
      .map(([child, until, onMax]) => ({ kind: 'loop', node: child, until, roundsMax: 3, onMax })),
    fc.tuple(many, oneOf(CONDITIONS), fc.boolean()).map(([nodes, when, hasOther]) => ({
      kind: 'route',
      choose: named(nodes.slice(0, 2)).map((child) => ({ ...child, when })),
      ...(hasOther ? { otherwise: nodes.at(-1) } : {}),
    })),
    fc.tuple(many, many).map(([nodes, undos]) => ({
      kind: 'saga',
      steps: named(nodes).map((step, index) => ({
        ...step,
        ...(undos[index] === undefined ? {} : { undo: undos[index] }),
      })),
    })),
    many.chain((nodes) =>
      fc.array(edge(nodes.length), { maxLength: 5 }).chain((edges) =>
        fc.subarray(NAMES.slice(0, nodes.length), { minLength: 1 }).chain((entry) =>
          fc.record({ onFirst: oneOf(['plain', 'goto', 'leadsTo']) }).map(({ onFirst }) => ({
            kind: 'graph',
            state: { n: { reducer: 'add' }, log: { reducer: 'append' }, list: { type: 'list', initial: [] }, last: {} },
            nodes: Object.fromEntries(
              nodes.map((child, index) => [NAMES[index] ?? '', adorned(child, index, onFirst)]),
            ),
            edges,
            entry,
            stepsMax: 5,
          })),
        ),
      ),
    ),
  );
  return fc.tuple(common, own).map(([shared, given]) => ({ ...shared, ...given }) as FlowNode);
}

/** The first node of some graphs leads on by a command, or by its failure. */
function adorned(child: FlowNode, index: number, onFirst: string): FlowNode {
  if (index > 0 || onFirst === 'plain') return child;
  if (onFirst === 'goto') return { ...child, onError: { goto: 'a' } };
  return child.kind === 'task' ? { ...child, leadsTo: ['a', 'b', '$end'] } : child;
}

/** Any flow, whether `validateFlow` would let it pass or not: the machine must be safe for all of them. */
export const flow: fc.Arbitrary<FlowDefinition> = root.map((made) => ({
  format: 1,
  name: 'random',
  root: made,
  patches: ['p'],
}));

export const flowInput: fc.Arbitrary<JsonObject> = oneOf<JsonObject>([
  {},
  { n: 1, text: '"x"', list: [1, 'two', { three: 3 }] },
  { n: 'text', text: '{', list: 'none' },
]);

const FAILURES: readonly ErrorName[] = ['NO_PROVIDER', 'WORK_DEADLINE', 'HANDLER_FAILED'];

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 8,
    arbitrary: oneOf<Json>([
      { n: 1, list: [1, 2] },
      {},
      null,
      'text',
      [1],
      { n: 1, log: 'x', text: '"y"' },
      { action: 'approve' },
      { action: 'edit', value: { n: 2, list: [1, 2] } },
      { action: 'respond', value: [3] },
      { action: 'reject', value: 'no' },
      { goto: 'b', update: { n: 1 } },
      { send: [{ to: 'a', input: 1 }, { to: 'b' }] },
    ]).map((output) => ({ kind: 'ok' as const, output })),
  },
  {
    weight: 1,
    arbitrary: oneOf(FAILURES).map((name) => ({ kind: 'failed' as const, error: errorData(name, 'went wrong') })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancelled' as const, reason: 'gone' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unknown' as const, error: errorData('WORK_LOST', 'who knows') }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'inputRequired' as const, question: 'really?' }) },
);

/** Something that happens to a run from outside. Numbers pick among what is there at that moment. */
export type FlowHappening =
  | { readonly kind: 'settle' | 'settleAgain'; readonly pick: number; readonly outcome: Outcome }
  | { readonly kind: 'lock'; readonly pick: number; readonly revoke: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'edit'; readonly pick: number; readonly edit: JsonObject }
  | { readonly kind: 'message'; readonly content: Json }
  | { readonly kind: 'begin' | 'cancel' };

/** Nested deeper than any value may be. */
const TOO_DEEP = Array.from({ length: 129 }).reduce<Json>((inner) => [inner], 1);

/** What happens to a run, in order. */
export const flowHappenings: fc.Arbitrary<readonly FlowHappening[]> = fc.array(
  fc.oneof(
    { weight: 14, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), outcome }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('settleAgain' as const), pick: fc.nat(), outcome }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('lock' as const), pick: fc.nat(), revoke: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: oneOf([1, 150, 301, 501]) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('edit' as const),
        pick: fc.nat(),
        edit: oneOf<JsonObject>([
          { values: { n: 7 } },
          { values: { list: 1 } },
          { goto: ['b', 'a'] },
          { goto: ['a'], values: { log: [1] } },
          { odd: 1 },
        ]),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('message' as const),
        content: oneOf<Json>(['hello', null, { n: 1 }, { n: 2, text: '{}' }, { text: '{', list: [1] }, TOO_DEEP]),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: oneOf(['begin', 'cancel'] as const) }) },
  ),
  { maxLength: 40 },
);
