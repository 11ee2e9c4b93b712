import { describe, expect, test } from 'vitest';
import { found } from '../../test/support/marked-source.js';
import type { JobDefinition, StepDefinition, WorkflowDefinition } from './definition.js';
import { parseWorkflow } from './parse.js';
import { allAt } from './permissions.js';

const STEP = '{ uses: x/a@v1 }';

function workflow({ on = 'push', top = '', job = '', step = 'uses: x/a@v1' }): string {
  return `on: ${on}\n${top}\njobs:\n  a: { ${job === '' ? '' : `${job}, `}steps: [{ ${step} }] }\n`;
}

function read(source: string, file = 'w.yml'): WorkflowDefinition {
  const parsed = parseWorkflow(source, file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

const jobOf = (job: string): JobDefinition | undefined => read(workflow({ job })).jobs[0];
const stepOf = (step: string): StepDefinition | undefined => read(workflow({ step })).jobs[0]?.steps[0];
const onOf = (on: string): WorkflowDefinition => read(workflow({ on }));
const value = (given: unknown) => ({ kind: 'value', value: given });

describe('triggers', () => {
  test('are narrowed by filters, and without any stay types alone', () => {
    expect(onOf('{ push: , issues: { types: [opened] } }').filters).toBeUndefined();
    const on =
      '{ push: { branches: [main, "!x"], tags-ignore: v1, paths: ["**.ts"] }, issues: { types: [opened], labels: bug } }';
    expect(onOf(on)).toMatchObject({
      triggers: ['github.push', 'github.issues.opened'],
      filters: [
        { event: 'push', types: ['github.push'], branches: ['main', '!x'], tagsIgnore: ['v1'], paths: ['**.ts'] },
        { event: 'issues', types: ['github.issues.opened'], labels: ['bug'] },
      ],
    });
  });

  test('of TAU are types of events', () => {
    expect(onOf('{ tau: { types: [run.ended, deploy.*] } }').triggers).toEqual(['run.ended', 'deploy.*']);
  });

  test('of time are cron expressions with their zones', () => {
    const { schedules, triggers } = onOf(
      "{ schedule: [{ cron: ' 0  3 * * * ' }, { cron: '*/5 * * * *', timezone: Europe/Berlin }] }",
    );
    expect(triggers).toEqual([]);
    expect(schedules).toEqual([{ cron: '0 3 * * *' }, { cron: '*/5 * * * *', timezone: 'Europe/Berlin' }]);
  });

  test('of calls declare inputs, secrets and outputs', () => {
    const on =
      '{ workflow_call: { inputs: { n: { type: number, required: true }, s: { type: string, default: x } }, secrets: { T: { required: true }, U: }, outputs: { o: { description: d, value: "${{ jobs.a.result }}" } } } }';
    expect(onOf(on).call).toMatchObject({
      inputs: [
        { name: 'n', type: 'number', required: true },
        { name: 's', type: 'string', required: false, default: 'x' },
      ],
      secrets: [
        { name: 'T', required: true },
        { name: 'U', required: false },
      ],
      outputs: [{ name: 'o', value: { kind: 'expression', source: { expr: 'jobs.a.result' } } }],
      line: 1,
      column: 7,
    });
  });

  test('of clients may have inputs of environments, which are text', () => {
    expect(
      onOf('{ workflow_dispatch: { inputs: { e: { type: environment, default: test } } } }').dispatch?.inputs,
    ).toMatchObject([{ name: 'e', type: 'string', default: 'test' }]);
  });

  test.each([
    [
      '{ push: { branches: [^^"+x"] } }',
      'a pattern starts with "+", and "+" repeats the character before it: write "\\+" for the character itself',
    ],
    ['{ push: { branches: ^^[] } }', '"branches" is empty: leave it out'],
    [
      '{ push: { branches: ^^["!x"] } }',
      `"branches" takes nothing in: "!" takes out what a pattern before it took in: write such a pattern first, e.g. '**'`,
    ],
    [
      '{ push: { ^^branches: [x], branches-ignore: [y] } }',
      '"branches" and "branches-ignore" exclude each other: leave "branches-ignore" out, and write what it has under "branches" with "!" in front',
    ],
    [
      '{ pull_request: { ^^paths: [x] } }',
      '"paths" of pull_request is not supported, since the event does not name the changed files: let a first job list the files with an action, and the others go on by its outputs',
    ],
    [
      '{ issues: { ^^branches: [x] } }',
      '"issues" cannot be narrowed by "branches": it takes types, labels; or write it as the condition of a job',
    ],
    [
      '{ push: { ^^labels: [x] } }',
      '"push" cannot be narrowed by "labels": it takes types, branches, branches-ignore, tags, tags-ignore, paths, paths-ignore; or write it as the condition of a job',
    ],
    [
      '{ push: { ^^names: [x] } }',
      'there is no key "names" here: there are types, branches, branches-ignore, tags, tags-ignore, paths, paths-ignore, workflows, labels',
    ],
    ['{ push: { branches: [^^"${{ 1 }}"] } }', '"branches" must be plain text'],
    ['{ issues: { types: ^^[] } }', '"types" is empty: leave it out, or name some'],
    ['{ tau: { types: ^^[] } }', '"types" is empty: leave it out, or name some'],
    ['{ ^^tau: }', '"tau" needs the types of its events: write tau: { types: [run.ended] }'],
    ['[^^tau]', '"tau" needs the types of its events: write tau: { types: [run.ended] }'],
    [
      '{ tau: { types: [^^"*"] } }',
      '"*" is no type of events: write names with dots between, the last of which may be "*", e.g. run.ended or deploy.*',
    ],
    ['{ tau: { types: [^^github.push] } }', '"github.push" comes from GitHub: write "push" under "on" itself'],
    ['[^^schedule]', `"schedule" needs times: write schedule: [{ cron: '0 3 * * *' }]`],
    [
      "{ schedule: [{ cron: ^^'61 * * * *' }] }",
      'the minute of "61 * * * *": "61" must be *, numbers from 0 to 59, ranges such as 0-59, with steps such as */2, or a list of these',
    ],
    [
      "{ schedule: [{ cron: '0 0 * * *', timezone: ^^Mars/Olympus }] }",
      `there is no time zone "Mars/Olympus": write one of IANA's names, e.g. Europe/Berlin`,
    ],
    [
      "{ schedule: [{ cron: '0 0 * * *', timezone: ^^'+02:00' }] }",
      `there is no time zone "+02:00": write one of IANA's names, e.g. Europe/Berlin`,
    ],
    [
      '{ workflow_call: { inputs: { n: { type: string, default: ^^"${{ needs.a.result }}" } } } }',
      '"needs" cannot be used here: there are github, inputs, vars',
    ],
    [
      '{ workflow_call: { inputs: { n: { type: ^^choice } } } }',
      '"choice" cannot stand here: there are string, boolean, number',
    ],
    [
      '{ workflow_dispatch: { inputs: { n: { ^^options: [x] } } } }',
      '"n" has options and is no choice: write type: choice',
    ],
    [
      '{ workflow_call: { secrets: { ^^"a b": } } }',
      '"a b" is no name of a secret: write letters, digits, "_" and "-"',
    ],
    [
      '{ workflow_call: { outputs: { o: { value: "${{ ^^jobs.b.outputs.x }}" } } } }',
      'there is no job "b"; there are a',
    ],
    [
      '{ workflow_call: { outputs: { o: { value: "${{ ^^jobs.a.outputs.x }}" } } } }',
      'the job "a" has no output "x": name it in its "outputs"',
    ],
  ])('%s', (on, problem) => {
    expect(found(workflow({ on }))).toBe(problem);
  });
});

describe('permissions', () => {
  test('are levels by scope, and shorthands stand for all of them', () => {
    expect(read(workflow({ top: 'permissions: { issues: write, contents: read }' })).permissions).toEqual({
      issues: 'write',
      contents: 'read',
    });
    expect(read(workflow({ top: 'permissions: {}' })).permissions).toEqual({});
    expect(read(workflow({ top: 'permissions: read-all' })).permissions).toEqual(allAt('read'));
    expect(jobOf('permissions: write-all')?.permissions).toEqual(allAt('write'));
    expect(allAt('read')).toMatchObject({ issues: 'read', 'id-token': 'none', models: 'read' });
    expect(allAt('write')).toMatchObject({ issues: 'write', 'id-token': 'write', models: 'read' });
  });

  test.each([
    ['{ ^^isues: read }', /^there is no permission "isues"; there are actions, .*vulnerability-alerts$/],
    ['{ issues: ^^admin }', /^"issues" is one of read, write, none, and not "admin"$/],
    ['{ id-token: ^^read }', /^"id-token" is one of write, none, and not "read"$/],
    ['^^all', /^"permissions" cannot be "all": write read-all, write-all, {} or levels by scope/],
    ['^^[read]', /^"permissions" must be plain text$/],
  ])('%s', (permissions, problem) => {
    expect(found(workflow({ top: `permissions: ${permissions}` }))).toMatch(problem);
  });
});

describe('jobs', () => {
  test('have strategies, concurrency and defaults', () => {
    const job = jobOf(
      'strategy: { fail-fast: false, max-parallel: "${{ fromJSON(vars.n) }}", matrix: { os: [a, b], include: [{ os: c }] } }, concurrency: { group: "x-${{ matrix.os }}", cancel-in-progress: true }, defaults: { run: { shell: bash, working-directory: src } }',
    );
    expect(job).toMatchObject({
      strategy: {
        matrix: value({ os: ['a', 'b'], include: [{ os: 'c' }] }),
        failFast: value(false),
        maxParallel: { kind: 'expression' },
      },
      concurrency: { group: { kind: 'text' }, cancelInProgress: value(true) },
      defaults: { shell: value('bash'), workingDirectory: value('src') },
    });
    expect(jobOf('strategy: { matrix: "${{ fromJSON(needs.x.outputs.m) }}" }')?.strategy?.matrix.kind).toBe(
      'expression',
    );
    expect(jobOf('strategy: { matrix: { x: "${{ fromJSON(vars.x) }}" } }')?.strategy?.matrix.kind).toBe('map');
    expect(jobOf('concurrency: deploy')?.concurrency).toEqual({ group: value('deploy') });
    expect(jobOf('concurrency: { group: deploy, queue: max }')?.concurrency).toEqual({
      group: value('deploy'),
      queue: 'max',
    });
    expect(jobOf('concurrency: { group: deploy, queue: single }')?.concurrency).toEqual({ group: value('deploy') });
  });

  test('call workflows', () => {
    const source = `on: push\njobs: { a: { uses: ./.tau/workflows/b.yml, with: { n: 1, t: "\${{ github.actor }}" }, secrets: { T: "\${{ secrets.TOKEN }}" } }, b: { uses: ./c.yaml, secrets: inherit } }`;
    expect(read(source).jobs).toMatchObject([
      { uses: './.tau/workflows/b.yml', with: [{ name: 'n' }, { name: 't' }], secrets: { T: 'TOKEN' }, steps: [] },
      { uses: './c.yaml', secrets: 'inherit', steps: [] },
    ]);
  });

  const axis = (count: number): string => `[${Array.from({ length: count }, (_, n) => n).join(', ')}]`;

  test.each([
    [
      'strategy: ^^"${{ fromJSON(vars.s) }}"',
      '"strategy" must be a mapping: write "matrix", "fail-fast" and "max-parallel", each of which may be an expression',
    ],
    ['strategy: { matrix: ^^{} }', '"matrix" names no values'],
    ['strategy: { matrix: { x: ^^[] } }', '"x" of the matrix has no values'],
    ['strategy: { matrix: { x: ^^1 } }', '"1" cannot stand here: write a list'],
    [
      'strategy: { matrix: { x: [1], exclude: [{ X: 1, ^^y: 2 }] } }',
      'the matrix has no "y" that "exclude" could take out: it has x',
    ],
    [
      'strategy: { matrix: { x: "${{ fromJSON(needs.b.outputs.x) }}", exclude: [{ ^^y: "${{ github.actor }}" }] } }',
      'the matrix has no "y" that "exclude" could take out: it has x',
    ],
    [
      'strategy: { matrix: { include: [{ y: 1 }], exclude: [{ ^^y: 1 }] } }',
      'the matrix has no "y" that "exclude" could take out: it has none',
    ],
    [`strategy: { matrix: ^^{ x: ${axis(17)}, y: ${axis(16)} } }`, 'it has 272 combinations; a matrix may have 256'],
    [
      `strategy: { matrix: ^^{ x: ${axis(17)}, y: ${axis(17)}, exclude: [{ x: 0 }] } }`,
      'it has 272 combinations; a matrix may have 256',
    ],
    ['strategy: { matrix: ^^{ x: [1], exclude: [{ x: 1 }] } }', 'no combination is left of the matrix'],
    ['strategy: { matrix: { x: [1] }, max-parallel: ^^0 }', '"max-parallel" must be a whole number from 1'],
    [
      'concurrency: { group: x, ^^queue: max, cancel-in-progress: true }',
      '"queue: max" and "cancel-in-progress: true" exclude each other: nothing waits behind what is cancelled: leave one of them out',
    ],
    ['concurrency: { group: ^^" " }', '"concurrency" names no group: write its name, or leave it out'],
    ['concurrency: ^^{ cancel-in-progress: true }', '"group" is missing: name the group that has one run at a time'],
    ['env: { ^^<<: x }', 'merge keys ("<<") are not supported: write the keys out'],
    ['^^<<: { name: x }', 'merge keys ("<<") are not supported: write the keys out'],
  ])('%s', (job, problem) => {
    expect(found(workflow({ job }))).toBe(problem);
  });

  test.each([
    [
      '^^octo/shop/.github/workflows/x.yml@main',
      /^workflows of other repositories are not supported: copy it to this one/,
    ],
    [
      '^^.tau/workflows/x.yml',
      /^".tau\/workflows\/x.yml" is no path of a workflow: write it from the repository's root/,
    ],
    ['^^$/x.yml@v1', /^"\$\/x.yml@v1" has a version: leave it out/],
    ['^^./../x.yml', /^".\/..\/x.yml" leads out of the repository/],
    ['^^./x', /^".\/x" is no workflow file: its name ends in .yml or .yaml/],
    ['^^./x/action.yml', /^".\/x\/action.yml" is an action: a step calls it/],
    ['^^"${{ github.x }}"', /^a workflow cannot come from an expression/],
    [
      './x.yml, secrets: { T: ^^plain }',
      /^the secret "T" must be one of this workflow's, as a whole: write \${{ secrets.NAME }}/,
    ],
    ['./x.yml, secrets: { T: ^^"a ${{ secrets.T }}" }', /^the secret "T" must be one of this workflow's/],
    ['./x.yml, secrets: ^^all', /^"all" cannot stand here: write inherit, or a mapping$/],
    ['./x.yml, with: { n: "${{ ^^secrets.T }}" }', /^secrets stand in "with", in "env" and in the "secrets"/],
    ['./x.yml, ^^steps: []', /^"steps" and "uses" exclude each other: leave one of them out$/],
  ])('uses: %s', (uses, problem) => {
    expect(found(`on: push\njobs: { a: { uses: ${uses} } }`)).toMatch(problem);
  });
});

describe('steps', () => {
  test('run scripts', () => {
    expect(stepOf('run: echo 1, shell: bash, working-directory: "${{ env.X }}", id: s')).toMatchObject({
      id: 's',
      run: value('echo 1'),
      shell: value('bash'),
      workingDirectory: { kind: 'expression' },
      with: [],
      line: 4,
      column: 16,
    });
  });

  test('use actions of the repository', () => {
    expect(stepOf('uses: ./.tau/actions/greet, with: { who: x }')).toMatchObject({ uses: './.tau/actions/greet' });
    expect(stepOf('uses: ./')).toMatchObject({ uses: './' });
    // GitHub's newer form of the same.
    expect(stepOf('uses: $/.tau/actions/greet')).toMatchObject({ uses: './.tau/actions/greet' });
  });

  test.each([
    ['uses: ^^$/acts/greet@v1', '"$/acts/greet@v1" has a version: leave it out, the file is of the same commit'],
    [
      'uses: ^^$/../greet',
      '"$/../greet" leads out of the repository, or is no path: write it from the repository\'s root, e.g. ./.tau/actions/greet',
    ],
    ['run: ^^""', '"run" is empty: write the script, or leave the step out'],
    ['run: x, ^^with: { a: 1 }', '"with" and "run" exclude each other: leave one of them out'],
    ['uses: x/a@v1, with: { ^^<<: 1 }', 'merge keys ("<<") are not supported: write the keys out'],
  ])('%s', (step, problem) => {
    expect(found(workflow({ step }))).toBe(problem);
  });
});

test('a workflow of many features stays small data', () => {
  expect(read(`on: push\njobs: { a: { steps: [${STEP}] } }`)).toEqual({
    format: 1,
    file: 'w.yml',
    name: 'w.yml',
    triggers: ['github.push'],
    env: [],
    jobs: [
      {
        id: 'a',
        needs: [],
        env: [],
        outputs: [],
        steps: [{ uses: 'x/a@v1', with: [], env: [], line: 2, column: 22 }],
        line: 2,
        column: 9,
      },
    ],
  });
});

test('what stands under a key that is refused is refused with it, and not told besides', () => {
  const container = '{ image: 5, entrypoint: x, volumes: y, credentials: "${{ nope.x }}" }';
  const source = `on: push\njobs: { a: { container: ${container}, services: { db: z }, steps: [{ run: x }] } }`;
  const parsed = parseWorkflow(source, 'w.yml');
  expect(parsed.ok ? [] : parsed.diagnostics.map(({ message }) => message.split(':')[0])).toEqual([
    '"container" is not supported',
    '"services" is not supported',
  ]);
});

test('an output of a job that calls a workflow which cannot be called is not told to be missing', () => {
  const source = `on: { workflow_call: { outputs: { v: { value: '\${{ jobs.a.outputs.v }}' } } } }
jobs: { a: { uses: octo/shop/.github/workflows/b.yml@v1 } }`;
  const parsed = parseWorkflow(source, 'w.yml');
  expect(parsed.ok ? [] : parsed.diagnostics.map(({ message }) => message)).toEqual([
    expect.stringContaining('workflows of other repositories are not supported'),
  ]);
});
