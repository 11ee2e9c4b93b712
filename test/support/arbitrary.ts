import fc from 'fast-check';
import { type ErrorName, errorData, type Json, type Outcome } from 'tau-core';

/** Conditions of jobs: all of them can be told without knowing which jobs there are. */
const JOB_CONDITIONS = [
  undefined,
  undefined,
  undefined,
  'always()',
  'failure()',
  'cancelled()',
  '${{ !cancelled() }}',
  'success() || failure()',
  "contains(needs.*.result, 'success')",
  "github.event.kind == 'b'",
  "fromJSON('{')",
];

const STEP_CONDITIONS = [
  undefined,
  undefined,
  undefined,
  'always()',
  'failure()',
  'cancelled()',
  "${{ steps.s0.outcome == 'success' }}",
  "env.LEVEL == 'job'",
  "github.event.kind == 'a'",
  'fromJSON(steps.s0.outputs.text)',
];

const VALUES: readonly Json[] = [
  'plain',
  7,
  true,
  null,
  ['a', '${{ github.event.n }}'],
  { deep: { n: '${{ github.event.list[0] }}' } },
  '${{ github.event }}',
  '${{ steps.s0.outputs }}',
  'text with ${{ github.event.n }} and ${{ needs }}',
  '${{ fromJSON(github.event.text) }}',
  '${{ -0 }}',
  '${{ NaN }}',
  '${{ toJSON(github) }}',
  '${{ join(github.event.list) }}',
];

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 3 });
const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const goOn = maybe(oneOf<Json>([true, false, '${{ github.event.n == 1 }}', "${{ fromJSON('x') }}"]));
const timeout = maybe(oneOf<Json>([0.01, 1, 90, '${{ github.event.n }}']));
const env = maybe(
  oneOf<Json>([{ LEVEL: 'job' }, { LEVEL: '${{ github.event.kind }}' }, { BAD: "${{ fromJSON('') }}" }]),
);

const step = fc.record({
  if: oneOf(STEP_CONDITIONS),
  uses: oneOf(['x/a@v1', 'x/b@v1']),
  with: maybe(fc.dictionary(oneOf(['p', 'q', 'r']), oneOf(VALUES), { maxKeys: 3 })),
  env,
  'timeout-minutes': timeout,
  'continue-on-error': goOn,
});

const job = fc.record({
  needs: fc.array(fc.nat(), { maxLength: 3 }),
  if: oneOf(JOB_CONDITIONS),
  env,
  outputs: maybe(oneOf<Json>([{ out: '${{ steps.s0.outputs.n }}' }, { bad: '${{ fromJSON(steps.s0.outcome) }}' }])),
  'timeout-minutes': timeout,
  'continue-on-error': goOn,
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
});

/** The text of a workflow that is accepted: JSON, which is YAML too. Jobs need only jobs before them. */
export const workflowSource: fc.Arbitrary<string> = fc
  .record({ env, jobs: fc.array(job, { minLength: 1, maxLength: 6 }) })
  .map(({ env: outer, jobs }) => {
    const written = jobs.map(({ needs, steps, ...rest }, index) => [
      `j${index}`,
      {
        ...rest,
        ...(index === 0 ? {} : { needs: [...new Set(needs.map((need) => `j${need % index}`))] }),
        steps: steps.map((one, at) => ({ ...(at % 2 === 0 ? { id: `s${at}` } : {}), ...one })),
      },
    ]);
    return JSON.stringify({
      on: 'push',
      ...(outer === undefined ? {} : { env: outer }),
      jobs: Object.fromEntries(written),
    });
  });

/** A workflow, and the files that it refers to by their paths. */
export interface LinkedSource {
  readonly source: string;
  readonly files: ReadonlyMap<string, string>;
}

const MATRICES: readonly Json[] = [
  { v: [1, 2, 3] },
  { v: ['a', 'b'], w: [true, false], exclude: [{ v: 'a', w: true }] },
  { include: [{ v: 1 }, { v: 2, deep: { x: [1] } }] },
  { v: '${{ github.event.list }}', include: [{ extra: 1 }] },
  '${{ fromJSON(github.event.text) }}',
];

const strategy = maybe(
  fc.record(
    {
      matrix: oneOf(MATRICES),
      'fail-fast': oneOf<Json>([true, false, "${{ github.event.kind == 'a' }}"]),
      'max-parallel': oneOf<Json>([1, 2]),
    },
    { requiredKeys: ['matrix'] },
  ),
);

const concurrency = maybe(
  oneOf<Json>([
    'one',
    { group: 'ONE', 'cancel-in-progress': true },
    'two-${{ github.event.kind }}',
    { group: '${{ fromJSON(github.event.text) }}', 'cancel-in-progress': "${{ github.event.kind == 'a' }}" },
  ]),
);

const SCRIPTS: readonly Json[] = [
  { run: 'make ${{ github.event.n }}' },
  { run: 'x', shell: 'sh', 'working-directory': '${{ github.event.kind }}' },
  { run: "${{ hashFiles('a', github.event.kind) }}", env: { KEY: '${{ secrets.KEY }}' } },
];

const CALLS: readonly Json[] = [
  { uses: 'x/a@v1', with: { key: "${{ hashFiles('a') }}", secret: 'Bearer ${{ secrets.KEY }}' } },
  { uses: 'x/b@v1', with: { matrix: '${{ matrix }}', strategy: '${{ strategy }}', level: '${{ env.LEVEL }}' } },
];

/** Actions have no secrets but those in their inputs. */
const IN_ACTIONS = [...SCRIPTS, ...CALLS].map(
  (what) => JSON.parse(JSON.stringify(what).replaceAll('secrets.KEY', 'inputs.text')) as Json,
);

const inAction = fc
  .record({ what: oneOf(IN_ACTIONS), if: oneOf(STEP_CONDITIONS), 'continue-on-error': goOn })
  .map(({ what, ...rest }) => ({ ...rest, shell: 'sh', ...(what as object) }))
  .map(({ shell, ...rest }) => ('run' in rest ? { shell, ...rest } : rest));

const action = (extra: readonly object[]): fc.Arbitrary<string> =>
  fc.array(inAction, { minLength: 1, maxLength: 3 }).map((steps) =>
    JSON.stringify({
      name: 'Act',
      inputs: { text: { default: 'none' } },
      outputs: {
        n: { value: '${{ steps.s0.outputs.n }} ${{ inputs.text }}' },
        text: { value: "${{ fromJSON('{}') }}" },
      },
      runs: {
        using: 'composite',
        steps: [...steps, ...extra].map((one, at) => ({ ...(at === 0 ? { id: 's0' } : {}), ...one })),
      },
    }),
  );

/** A step of any kind. */
const anyStep = fc.oneof(
  step,
  fc
    .record({
      what: oneOf([
        ...SCRIPTS,
        ...CALLS,
        { uses: './outer' },
        { uses: './outer', with: { text: '${{ secrets.KEY }}' } },
      ]),
      if: oneOf(STEP_CONDITIONS),
      'continue-on-error': goOn,
      'timeout-minutes': timeout,
    })
    .map(({ what, ...rest }) => ({ ...rest, ...(what as object) })),
);

const stepsJob = fc.record({
  needs: fc.array(fc.nat(), { maxLength: 2 }),
  if: oneOf(JOB_CONDITIONS),
  env: maybe(oneOf<Json>([{ LEVEL: 'job' }, { SECRET: 'a ${{ secrets.KEY }} b' }])),
  outputs: maybe(oneOf<Json>([{ out: '${{ steps.s0.outputs.n }}' }])),
  'timeout-minutes': timeout,
  'continue-on-error': goOn,
  permissions: maybe(oneOf<Json>([{ contents: 'read' }, {}])),
  strategy,
  concurrency,
  steps: fc.array(anyStep, { minLength: 1, maxLength: 3 }),
});

const callingJob = (file: string) =>
  fc.record({
    needs: fc.array(fc.nat(), { maxLength: 2 }),
    if: oneOf(JOB_CONDITIONS),
    strategy,
    concurrency,
    uses: fc.constant(`./${file}`),
    with: maybe(oneOf<Json>([{ n: 1 }, { n: '${{ github.event.n }}' }])),
    secrets: maybe(oneOf<Json>(['inherit', { KEY: '${{ secrets.OTHER }}' }])),
  });

function jobsOf(jobs: readonly { readonly needs: readonly number[]; readonly steps?: readonly object[] }[]): object {
  const written = jobs.map(({ needs, ...rest }, index) => [
    `j${index}`,
    {
      ...rest,
      ...(index === 0 ? {} : { needs: [...new Set(needs.map((need) => `j${need % index}`))] }),
      ...(rest.steps === undefined
        ? {}
        : { steps: rest.steps.map((one, at) => ({ ...(at % 2 === 0 ? { id: `s${at}` } : {}), ...one })) }),
    },
  ]);
  return Object.fromEntries(written);
}

const callable = {
  workflow_call: {
    inputs: { n: { type: 'number', default: 3 } },
    secrets: { KEY: {} },
    outputs: { out: { value: '${{ jobs.j0.result }} ${{ toJSON(jobs) }}' } },
  },
};

const called = (job: fc.Arbitrary<Parameters<typeof jobsOf>[0][number]>): fc.Arbitrary<string> =>
  fc
    .record({ concurrency, jobs: fc.array(job, { minLength: 1, maxLength: 2 }) })
    .map(({ concurrency: group, jobs }) => JSON.stringify({ on: callable, concurrency: group, jobs: jobsOf(jobs) }));

/** A workflow with all that there is, and the files that it is built with. */
export const linkedSource: fc.Arbitrary<LinkedSource> = fc
  .record({
    env,
    concurrency,
    name: maybe(oneOf(['Run ${{ github.event.kind }}', "${{ fromJSON('') }}"])),
    jobs: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: stepsJob },
        { weight: 1, arbitrary: callingJob('middle.yml') },
        { weight: 1, arbitrary: callingJob('leaf.yml') },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    middle: called(fc.oneof(stepsJob, callingJob('leaf.yml'))),
    leaf: called(stepsJob),
    outer: action([{ uses: './inner', with: { text: '${{ inputs.text }}!' } }]),
    inner: action([]),
  })
  .map(({ env: outerEnv, concurrency: group, name, jobs, middle, leaf, outer, inner }) => ({
    source: JSON.stringify({
      on: 'push',
      env: outerEnv,
      concurrency: group,
      'run-name': name,
      defaults: { run: { shell: 'bash' } },
      jobs: jobsOf(jobs),
    }),
    files: new Map([
      ['middle.yml', middle],
      ['leaf.yml', leaf],
      ['outer/action.yml', outer],
      ['inner/action.yml', inner],
    ]),
  }));

/** The body of the event that a run begins with. */
export const payload: fc.Arbitrary<object> = fc.record({
  kind: oneOf(['a', 'b', 'job']),
  n: oneOf<Json>([0, 1, -0, 1e21, 'one', null]),
  text: oneOf(['{"x":1}', '[]', 'no json', '', '{"v":[1,2]}', '"group"']),
  list: fc.array(oneOf<Json>(['x', 2, null]), { maxLength: 3 }),
});

const FAILURES: readonly ErrorName[] = ['NO_PROVIDER', 'WORK_DEADLINE', 'HANDLER_FAILED'];

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: oneOf<Json>([
      { n: 1, text: '{"y":2}' },
      {},
      null,
      'text',
      [1],
      { exitCode: 0, outputs: { n: 2 }, env: { LEVEL: 'set', SECRET: 'shown' }, path: ['/x'], summary: 'done' },
      { $summary: 'Done.', n: 3 },
    ]).map((output) => ({
      kind: 'ok' as const,
      output,
    })),
  },
  {
    weight: 2,
    arbitrary: oneOf(FAILURES).map((name) => ({ kind: 'failed' as const, error: errorData(name, 'went wrong') })),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancelled' as const, reason: 'gone' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'unknown' as const, error: errorData('WORK_LOST', 'who knows') }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'inputRequired' as const, question: 'really?' }) },
);

/** Something that happens to a run from outside. Numbers pick among what is there at that moment. */
export type Happening =
  | { readonly kind: 'settle'; readonly pick: number; readonly outcome: Outcome }
  | { readonly kind: 'settleAgain'; readonly pick: number; readonly outcome: Outcome }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'grant' | 'grantAgain' | 'revoke'; readonly pick: number }
  | { readonly kind: 'migrate' }
  | { readonly kind: 'begin' | 'cancel' | 'message' };

/** What happens to a run, in order. */
export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), outcome }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('settleAgain' as const), pick: fc.nat(), outcome }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: oneOf([1, 700, 60_000, 301_000]) }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('grant' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: oneOf(['grantAgain', 'revoke'] as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: oneOf(['begin', 'cancel', 'message', 'migrate'] as const) }) },
  ),
  { maxLength: 30 },
);
