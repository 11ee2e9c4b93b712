import { describe, expect, test } from 'vitest';
import { parseWorkflow } from './parse.js';
import { type Section, type Support, SYNTAX_TABLE } from './syntax-table.js';

/** A file with `§` where a key may stand: at the end, so that nothing else moves when it does. */
interface Example {
  readonly file: string;
  readonly source: string;
  /** What stands under a key; `x` where nothing is said. */
  readonly values: Readonly<Record<string, string>>;
}

const workflow = (source: string, values: Example['values'] = {}): Example => ({ file: 'w.yml', source, values });
const action = (source: string, values: Example['values'] = {}): Example => ({ file: 'action.yml', source, values });
const STEP = '{ uses: x/a@v1 }';
const JOBS = `jobs: { a: { steps: [${STEP}] } }`;
const RUN = '{ run: x, shell: bash }';

/** Flow mappings have their keys behind others, or alone. */
const EXAMPLES: Readonly<Record<Exclude<Section, 'context' | 'function'>, Example>> = {
  workflow: workflow(`"on": push\n"jobs": { a: { steps: [${STEP}] } }\n§`, {
    permissions: 'read-all',
    env: '{ A: 1 }',
    defaults: '{ run: { shell: sh } }',
  }),
  on: workflow(`on: { push: , § }\n${JOBS}`, {
    schedule: "[{ cron: '0 0 * * *' }]",
    tau: '{ types: [x.y] }',
    workflow_dispatch: '',
    workflow_call: '',
    pull_request_target: '',
    pull_request_comment: '',
    image_version: '',
  }),
  trigger: workflow(
    `on: { issues: { labels: [y], § }, workflow_run: { branches: [y] }, push: { tags: [y] } }\n${JOBS}`,
    {
      types: 'opened',
    },
  ),
  schedule: workflow(`on: { schedule: [{ § }] }\n${JOBS}`, { cron: "'0 0 * * *'", timezone: 'Europe/Berlin' }),
  dispatch: workflow(`on: { workflow_dispatch: { § } }\n${JOBS}`, { inputs: '{ n: {} }' }),
  input: workflow(`on: { workflow_dispatch: { inputs: { n: { § } } } }\n${JOBS}`, {
    type: 'number',
    required: 'true',
    options: '[x]',
  }),
  call: workflow(`on: { workflow_call: { § } }\n${JOBS}`, {
    inputs: '{ n: { type: string } }',
    secrets: '{ S: }',
    outputs: "{ o: { value: '${{ jobs.a.result }}' } }",
  }),
  callInput: workflow(`on: { workflow_call: { inputs: { n: { § } } } }\n${JOBS}`, { type: 'number', required: 'true' }),
  callSecret: workflow(`on: { workflow_call: { secrets: { S: { § } } } }\n${JOBS}`, { required: 'true' }),
  callOutput: workflow(`on: { workflow_call: { outputs: { o: { § } } } }\n${JOBS}`),
  permissions: workflow(`on: push\n${JOBS}\npermissions: { § }`, {
    ...Object.fromEntries(Object.keys(SYNTAX_TABLE.permissions).map((scope) => [scope, 'read'])),
    'id-token': 'write',
    'copilot-requests': 'write',
  }),
  defaults: workflow(`on: push\n${JOBS}\ndefaults: { § }`, { run: '{ shell: sh }' }),
  defaultsRun: workflow(`on: push\n${JOBS}\ndefaults: { run: { § } }`),
  concurrency: workflow(`on: push\n${JOBS}\nconcurrency: { § }`, { 'cancel-in-progress': 'true', queue: 'max' }),
  job: workflow(`on: push\njobs: { b: { steps: [${STEP}] }, a: { § } }`, {
    needs: 'b',
    if: 'always()',
    'timeout-minutes': '5',
    permissions: '{}',
    strategy: '{ matrix: { x: [1] } }',
    env: '{ A: 1 }',
    defaults: '{ run: { shell: sh } }',
    outputs: '{ o: 1 }',
    steps: `[${STEP}]`,
    'continue-on-error': 'true',
  }),
  calledJob: workflow(`on: push\njobs: { b: { steps: [${STEP}] }, a: { § } }`, {
    uses: './b.yml',
    needs: 'b',
    if: 'always()',
    permissions: '{}',
    strategy: '{ matrix: { x: [1] } }',
    with: '{ a: 1 }',
    secrets: 'inherit',
  }),
  strategy: workflow(`on: push\njobs: { a: { steps: [${STEP}], strategy: { matrix: { x: [1] }, § } } }`, {
    'fail-fast': 'false',
    'max-parallel': '1',
  }),
  matrix: workflow(`on: push\njobs: { a: { steps: [${STEP}], strategy: { matrix: { x: [1, 2], § } } } }`, {
    include: '[{ x: 3 }]',
    exclude: '[{ x: 2 }]',
  }),
  step: workflow(`on: push\njobs: { a: { steps: [{ § }] } }`, {
    uses: 'x/a@v1',
    if: 'always()',
    with: '{ a: 1 }',
    env: '{ A: 1 }',
    'timeout-minutes': '5',
    'continue-on-error': 'true',
  }),
  action: action(`"runs": { using: composite, steps: [${RUN}] }\n"name": N\n§`, {
    inputs: '{ a: {} }',
    outputs: '{ o: { value: 1 } }',
    branding: '{ icon: x }',
  }),
  actionInput: action(`name: N\nruns: { using: composite, steps: [${RUN}] }\ninputs: { n: { § } }`, {
    required: 'true',
  }),
  actionOutput: action(`name: N\nruns: { using: composite, steps: [${RUN}] }\noutputs: { o: { § } }`),
  actionRuns: action(`name: N\nruns: { § }`, { using: 'composite', steps: `[${RUN}]` }),
  actionStep: action(`name: N\nruns: { using: composite, steps: [{ § }] }`, {
    uses: 'x/a@v1',
    if: 'always()',
    with: '{ a: 1 }',
    env: '{ A: 1 }',
    'continue-on-error': 'true',
  }),
};

/** Keys that need others beside them, and the others. */
const COMPANIONS: Readonly<Record<string, string>> = {
  'schedule.timezone': "cron: '0 0 * * *', ",
  'input.options': 'type: choice, ',
  'callInput.required': 'type: string, ',
  'callInput.default': 'type: string, ',
  'callInput.description': 'type: string, ',
  'callOutput.description': 'value: x, ',
  'actionOutput.description': 'value: x, ',
  'concurrency.cancel-in-progress': 'group: x, ',
  'concurrency.queue': 'group: x, ',
  'actionRuns.using': `steps: [${RUN}], `,
  'actionRuns.steps': 'using: composite, ',
  'step.shell': 'run: x, ',
  'step.working-directory': 'run: x, ',
  'actionStep.run': 'shell: bash, ',
  'actionStep.shell': 'run: x, ',
  'actionStep.working-directory': 'run: x, shell: bash, ',
  ...Object.fromEntries(
    Object.keys(SYNTAX_TABLE.job).flatMap((key) => (key === 'steps' ? [] : [[`job.${key}`, `steps: [${STEP}], `]])),
  ),
  ...Object.fromEntries(
    Object.keys(SYNTAX_TABLE.calledJob).flatMap((key) =>
      key === 'uses' ? [] : [[`calledJob.${key}`, 'uses: ./b.yml, ']],
    ),
  ),
};
const ALONE: ReadonlySet<string> = new Set([
  'uses',
  'run',
  'shell',
  'working-directory',
  ...['background', 'parallel', 'wait', 'wait-all', 'cancel'],
]);

/** Keys that stand in the example itself, in quotes, or under another event. */
const ELSEWHERE: Readonly<Record<string, readonly [string, string]>> = {
  'workflow.on': ['"on": push', ''],
  'workflow.jobs': [`"jobs": { a: { steps: [${STEP}] } }`, ''],
  'action.name': ['"name": N', ''],
  'action.runs': [`"runs": { using: composite, steps: [${RUN}] }`, ''],
  'trigger.labels': ['labels: [y]', ''],
  'trigger.branches': ['branches: [y]', ''],
  'trigger.branches-ignore': ['branches: [y]', 'branches-ignore: [y]'],
  'trigger.workflows': ['branches: [y]', 'workflows: [y]'],
  'trigger.tags': ['tags: [y]', ''],
  'trigger.tags-ignore': ['tags: [y]', 'tags-ignore: [y]'],
  'trigger.paths': ['tags: [y]', 'paths: [y]'],
  'trigger.paths-ignore': ['tags: [y]', 'paths-ignore: [y]'],
  'strategy.matrix': ['matrix: { x: [1] }', ''],
};

/** What parsing gives without a key, and with it. */
function withAndWithout(section: keyof typeof EXAMPLES, key: string): readonly [unknown, unknown, string] {
  const { file, source, values } = EXAMPLES[section];
  const moved = ELSEWHERE[`${section}.${key}`];
  if (moved !== undefined) {
    const plain = source.replace(/,? ?§/, '');
    const other = plain.replace(...moved);
    const [wanted, without] = moved[1] === '' ? [plain, other] : [other, plain];
    return [parseWorkflow(without, file), parseWorkflow(wanted, file), wanted];
  }
  const isStep = section === 'step' || section === 'actionStep';
  const companion = COMPANIONS[`${section}.${key}`] ?? (isStep && !ALONE.has(key) ? 'uses: x/a@v1, ' : '');
  const wanted = source.replace('§', () => `${companion}${key}: ${values[key] ?? 'x'}`);
  return [
    parseWorkflow(
      source.replace('§', () => companion.replace(/, $/, '')),
      file,
    ),
    parseWorkflow(wanted, file),
    wanted,
  ];
}

/** Where a key stands. */
function placeOf(source: string, key: string): { line: number; column: number } {
  const before = source.slice(0, source.lastIndexOf(`${key}:`)).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const ROWS = Object.entries(EXAMPLES).flatMap(([section]) =>
  Object.entries(SYNTAX_TABLE[section as Section]).map(([key, support]) => ({
    section: section as keyof typeof EXAMPLES,
    key,
    support,
  })),
);
const rowsThatAre = (status: Support['status']) => ROWS.filter(({ support }) => support.status === status);

describe('each row says what happens', () => {
  test.each(rowsThatAre('supported'))('$section: $key is taken, and makes a difference', ({ section, key }) => {
    const [without, wanted] = withAndWithout(section, key);
    expect(wanted).toMatchObject({ ok: true });
    expect(wanted).not.toEqual(without);
  });

  test.each(rowsThatAre('ignored'))('$section: $key is taken, and makes none', ({ section, key }) => {
    const [without, wanted] = withAndWithout(section, key);
    expect(wanted).toMatchObject({ ok: true });
    expect(wanted).toEqual(without);
  });

  test.each(rowsThatAre('refused'))('$section: $key is refused, with what to write instead', (row) => {
    const { section, key, support } = row;
    const [, wanted, source] = withAndWithout(section, key);
    const instead = support.status === 'refused' ? support.instead : '';
    const diagnostic = { ...placeOf(source, key), message: `"${key}" is not supported: ${instead}` };
    expect(wanted).toMatchObject({
      ok: false,
      diagnostics: expect.arrayContaining([expect.objectContaining(diagnostic)]),
    });
  });
});

const CONTEXTS: Readonly<Record<string, string>> = {
  github: 'github.actor',
  env: 'env.A',
  vars: 'vars.A',
  inputs: 'inputs.a',
  secrets: 'secrets.A',
  steps: 'steps.a.outputs.b',
  needs: 'needs.a.result',
  job: 'job.status',
  strategy: 'strategy.job-index',
  matrix: 'matrix.x',
};

const CALLS: Readonly<Record<string, string>> = {
  contains: "contains('ab', 'a')",
  startswith: "startsWith('ab', 'a')",
  endswith: "endsWith('ab', 'b')",
  format: "format('{0}', 1)",
  join: 'join(github.event.list)',
  tojson: 'toJSON(github)',
  fromjson: "fromJSON('[]')",
  case: "case(true, 'a', 'b')",
  success: 'success()',
  failure: 'failure()',
  cancelled: 'cancelled()',
  always: 'always()',
  hashfiles: "hashFiles('**/package-lock.json')",
};

describe('each context and function', () => {
  const input = (expr: string): string =>
    `on: push\njobs: { a: { steps: [{ uses: x/a@v1, with: { a: "\${{ ${expr} }}" } }] } }`;
  const condition = (expr: string): string => `on: push\njobs: { a: { steps: [{ uses: x/a@v1, if: "${expr}" }] } }`;

  test('is among the examples, or refused, or has a place of its own', () => {
    expect(Object.keys(SYNTAX_TABLE.context).sort()).toEqual([...Object.keys(CONTEXTS), 'runner', 'jobs'].sort());
    expect(Object.keys(SYNTAX_TABLE.function)).toEqual(Object.keys(CALLS));
  });

  test.each(Object.entries(CONTEXTS))('%s', (_, expr) => {
    expect(parseWorkflow(input(expr), 'w.yml')).toMatchObject({ ok: true });
  });

  test('jobs is for outputs of a workflow that is called', () => {
    const source = `on: { workflow_call: { outputs: { o: { value: "\${{ jobs.a.outputs.b }}" } } } }\njobs: { a: { outputs: { b: 1 }, steps: [${STEP}] } }`;
    expect(parseWorkflow(source, 'w.yml')).toMatchObject({ ok: true });
    expect(parseWorkflow(input('jobs.a'), 'w.yml')).toMatchObject({ ok: false });
  });

  test('runner is refused', () => {
    const support = SYNTAX_TABLE.context['runner'];
    const instead = support?.status === 'refused' ? support.instead : '';
    expect(parseWorkflow(input('runner.os'), 'w.yml')).toMatchObject({
      ok: false,
      diagnostics: [{ line: 2, message: `"runner" is not supported: ${instead}` }],
    });
  });

  test.each(Object.entries(CALLS))('%s', (_, expr) => {
    expect(parseWorkflow(condition(expr), 'w.yml')).toMatchObject({ ok: true });
  });
});
