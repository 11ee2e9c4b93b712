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

/** The body of the event that a run begins with. */
export const payload: fc.Arbitrary<object> = fc.record({
  kind: oneOf(['a', 'b', 'job']),
  n: oneOf<Json>([0, 1, -0, 1e21, 'one', null]),
  text: oneOf(['{"x":1}', '[]', 'no json', '']),
  list: fc.array(oneOf<Json>(['x', 2, null]), { maxLength: 3 }),
});

const FAILURES: readonly ErrorName[] = ['NO_PROVIDER', 'WORK_DEADLINE', 'HANDLER_FAILED'];

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: oneOf<Json>([{ n: 1, text: '{"y":2}' }, {}, null, 'text', [1]]).map((output) => ({
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
    { weight: 1, arbitrary: fc.record({ kind: oneOf(['begin', 'cancel', 'message'] as const) }) },
  ),
  { maxLength: 30 },
);
