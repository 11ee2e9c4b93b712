import type { Json, Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { workflowFrom } from '../src/workflow/language.js';
import { beginOf, Drive, githubEvent, linkedOf } from './support/drive.js';

/** Workflows of our own for the rules of GitHub's "Workflow syntax", "Reusing workflow configurations" and "Contexts". */

const failed: Outcome = {
  kind: 'failed',
  error: { code: 'invalid', id: 'TAU-4004', message: 'exit 1', outcome: 'not-done', retryable: false },
};
const ok = (output: Json): Outcome => ({ kind: 'ok', output });
const open = (drive: Drive): string[] => [...drive.calls.keys()];
const input = (drive: Drive, call: string): Json => drive.calls.get(call)?.input ?? null;

/** The results of a run's jobs, where it ended well. */
function results(drive: Drive): Json {
  const { outcome } = drive;
  if (outcome?.kind !== 'ok') throw new Error(`the run has ended otherwise: ${JSON.stringify(outcome)}`);
  const { jobs } = outcome.output as { jobs: { [job: string]: { result: Json } } };
  return Object.fromEntries(Object.entries(jobs).map(([job, { result }]) => [job, result]));
}

/** The combinations of a matrix, as its jobs see them. */
function matrixOf(strategy: string): Json[] {
  const drive = new Drive(`
on: push
jobs:
  a:
    strategy: { matrix: ${strategy} }
    steps: [{ uses: x/a@v1, with: { m: '\${{ toJSON(matrix) }}' } }]
`).start();
  return open(drive).map((call) => JSON.parse((input(drive, call) as { m: string }).m) as Json);
}

describe('a matrix', () => {
  test('is extended by include where nothing of its own changes, and grows where something would', () => {
    const include =
      '[{ cup: big }, { cup: small, milk: oat }, { bean: dark, roast: slow }, { bean: green }, { bean: green, milk: oat }]';
    expect(matrixOf(`{ bean: [dark, light], milk: [oat, cow], include: ${include} }`)).toEqual([
      { bean: 'dark', milk: 'oat', cup: 'small', roast: 'slow' },
      { bean: 'dark', milk: 'cow', cup: 'big', roast: 'slow' },
      { bean: 'light', milk: 'oat', cup: 'small' },
      { bean: 'light', milk: 'cow', cup: 'big' },
      { bean: 'green' },
      { bean: 'green', milk: 'oat' },
    ]);
  });

  test('loses what exclude matches in part, before include adds it back', () => {
    const filters = 'exclude: [{ v: 1 }, { os: win, v: 2 }], include: [{ os: win, v: 2, back: true }]';
    expect(matrixOf(`{ os: [win, mac], v: [1, 2, 3], ${filters} }`)).toEqual([
      { os: 'win', v: 3 },
      { os: 'mac', v: 2 },
      { os: 'mac', v: 3 },
      { os: 'win', v: 2, back: true },
    ]);
  });

  test('may have objects, matched by a part of them', () => {
    const on = '[{ os: linux, gpu: true }, { os: mac, gpu: false }]';
    expect(matrixOf(`{ on: ${on}, n: [1, 2], exclude: [{ on: { gpu: true }, n: 2 }] }`)).toEqual([
      { on: { os: 'linux', gpu: true }, n: 1 },
      { on: { os: 'mac', gpu: false }, n: 1 },
      { on: { os: 'mac', gpu: false }, n: 2 },
    ]);
  });

  const dynamic = (list: Json) =>
    new Drive(`
on: push
jobs:
  plan: { outputs: { m: '\${{ steps.s.outputs.m }}' }, steps: [{ id: s, uses: x/plan@v1 }] }
  work:
    needs: plan
    strategy: { matrix: '\${{ fromJSON(needs.plan.outputs.m) }}' }
    steps: [{ uses: x/a@v1, with: { n: '\${{ matrix.n }}', i: '\${{ strategy.job-index }}', of: '\${{ strategy.job-total }}' } }]
`)
      .start()
      .settle('plan.s', ok({ m: list }));

  test.each<[string, Json]>([
    ['text', '{"n":[7,8]}'],
    ['an object already', { n: [7, 8] }],
  ])('comes from an output of an earlier job that is %s', (_, list) => {
    const drive = dynamic(list);
    expect(input(drive, 'work(0).0')).toEqual({ n: 7, i: 0, of: 2 });
    expect(input(drive, 'work(1).0')).toEqual({ n: 8, i: 1, of: 2 });
  });

  test.each<[string, string]>([
    ['{"n":[]}', '"n" of the matrix has no values'],
    ['{"n":[1],"exclude":[{"N":1,"os":"x"}]}', 'the matrix has no "os" that "exclude" could take out: it has n'],
    ['{"n":[1],"exclude":[{"N":1}]}', 'no combination is left of the matrix'],
  ])('of %s fails its job', (list, problem) => {
    expect(dynamic(list).outcome).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining(problem) },
    });
  });

  test('stops the others when one fails, which are cancelled, and says it has failed', () => {
    const drive = new Drive(
      `
on: push
jobs:
  a: { strategy: { matrix: { n: [1, 2, 3] } }, steps: [{ uses: x/a@v1 }, { if: cancelled(), uses: x/tidy@v1 }] }
  b: { needs: a, if: '!success()', steps: [{ uses: x/b@v1, with: { r: '\${{ needs.a.result }}' } }] }
`,
    );
    drive.start().settle('a(1).0', failed);
    expect(open(drive)).toEqual(['a(0).1', 'a(2).1']);
    drive.settle('a(0).1').settle('a(2).1');
    expect(input(drive, 'b.0')).toEqual({ r: 'failure' });
  });

  test('goes on with fail-fast: false, at most max-parallel at a time', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { strategy: { fail-fast: false, max-parallel: 2, matrix: { n: [1, 2, 3] } }, steps: [{ uses: x/a@v1 }] }
`).start();
    expect(open(drive)).toEqual(['a(0).0', 'a(1).0']);
    drive.settle('a(0).0', failed);
    expect(open(drive)).toEqual(['a(1).0', 'a(2).0']);
    expect(drive.settle('a(1).0').settle('a(2).0').outcome?.kind).toBe('failed');
  });

  test('neither fails nor stops by a combination that may fail', () => {
    const drive = new Drive(`
on: push
jobs:
  a:
    continue-on-error: \${{ matrix.trial }}
    strategy: { matrix: { v: [5, 6], trial: [false], include: [{ v: 7, trial: true }] } }
    steps: [{ uses: x/a@v1 }]
  b: { needs: a, steps: [{ uses: x/b@v1 }] }
`).start();
    drive.settle('a(2).0', failed);
    expect(open(drive)).toEqual(['a(0).0', 'a(1).0']);
    drive.settle('a(0).0').settle('a(1).0').settle('b.0');
    expect(results(drive)).toEqual({ a: 'success', b: 'success' });
  });

  test('has one set of outputs: what each combination has set last, what is empty left out', () => {
    const drive = new Drive(`
on: push
jobs:
  a:
    strategy: { matrix: { v: [1, 2] } }
    outputs: { same: '\${{ steps.s.outputs.same }}', one: '\${{ steps.s.outputs.one }}', two: '\${{ steps.s.outputs.two }}' }
    steps: [{ id: s, uses: x/a@v1 }]
  b: { needs: a, steps: [{ uses: x/b@v1, with: { o: '\${{ needs.a.outputs }}' } }] }
`).start();
    drive.settle('a(1).s', ok({ same: 'second', two: '2' })).settle('a(0).s', ok({ same: 'first', one: '1' }));
    expect(input(drive, 'b.0')).toEqual({ o: { same: 'first', one: '1', two: '2' } });
  });
});

describe('needs', () => {
  test('skip everything behind a failure, but for what always runs', () => {
    const drive = new Drive(`
on: push
jobs:
  build: { steps: [{ uses: x/a@v1 }] }
  test: { needs: build, steps: [{ uses: x/b@v1 }] }
  ship: { needs: [build, test], steps: [{ uses: x/c@v1 }] }
  tell: { needs: [build, ship], if: always(), steps: [{ uses: x/d@v1, with: { r: "\${{ join(needs.*.result, ' ') }}" } }] }
  after: { needs: tell, steps: [{ uses: x/e@v1 }] }
`).start();
    drive.settle('build.0', failed);
    expect(open(drive)).toEqual(['tell.0']);
    expect(input(drive, 'tell.0')).toEqual({ r: 'failure skipped' });
    // What is behind a job that always ran is still behind the failure.
    expect(open(drive.settle('tell.0'))).toEqual([]);
  });

  test('know the results and outputs of those they name, and no others', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { outputs: { v: '\${{ steps.s.outputs.v }}' }, steps: [{ id: s, uses: x/a@v1 }] }
  b: { needs: a, steps: [{ uses: x/b@v1 }] }
  c: { needs: b, steps: [{ uses: x/c@v1, with: { a: "\${{ needs.a.outputs.v == '' }}", b: '\${{ needs.b.result }}' } }] }
`).start();
    drive.settle('a.s', ok({ v: 'x' })).settle('b.0');
    expect(input(drive, 'c.0')).toEqual({ a: true, b: 'success' });
  });

  test('take a job that may fail for one that did not', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { continue-on-error: true, steps: [{ uses: x/a@v1 }] }
  b: { needs: a, steps: [{ uses: x/b@v1 }] }
`).start();
    drive.settle('a.0', failed).settle('b.0');
    expect(results(drive)).toEqual({ a: 'success', b: 'success' });
  });
});

describe('variables', () => {
  test('of a step come before those of its job, these before those of the workflow; what a script sets before all but the step', () => {
    const drive = new Drive(`
on: push
env: { A: workflow, B: workflow, C: workflow, D: workflow }
jobs:
  a:
    env: { B: job, C: job, D: job }
    steps:
      - { run: one, env: { C: step } }
      - { run: two, env: { C: step } }
      - { uses: x/a@v1, with: { v: '\${{ env.A }} \${{ env.B }} \${{ env.C }} \${{ env.D }}' } }
`).start();
    expect(input(drive, 'a.0')).toMatchObject({ env: { A: 'workflow', B: 'job', C: 'step', D: 'job' } });
    drive.settle('a.0', ok({ exitCode: 0, env: { C: 'script', D: 'script' } }));
    expect(input(drive, 'a.1')).toMatchObject({ env: { A: 'workflow', B: 'job', C: 'step', D: 'script' } });
    expect(input(drive.settle('a.1', ok({ exitCode: 0 })), 'a.2')).toEqual({ v: 'workflow job script script' });
  });

  test('do not reach the workflow that a job calls', () => {
    const files = new Map([
      ['b.yml', 'on: workflow_call\njobs: { b: { steps: [{ run: "echo ${{ env.A }}", shell: sh }] } }'],
    ]);
    const drive = new Drive(linkedOf('on: push\nenv: { A: 1 }\njobs: { a: { uses: ./b.yml } }', files)).start();
    expect(input(drive, 'a/b.0')).toMatchObject({ script: 'echo ', env: {} });
  });

  test('find folders of scripts, the newest first, in jobs that name no machine', () => {
    const drive = new Drive(`
on: push
jobs: { a: { steps: [{ run: one }, { run: two }, { run: three }] } }
`).start();
    drive.settle('a.0', ok({ exitCode: 0, path: ['/newer', '/old'] }));
    expect(input(drive, 'a.1')).toMatchObject({ path: ['/newer', '/old'] });
    drive.settle('a.1', ok({ exitCode: 0, path: ['/newest'] }));
    expect(input(drive, 'a.2')).toMatchObject({ path: ['/newest', '/newer', '/old'] });
  });

  test('that are defaults of scripts: the step, then the job, then the workflow', () => {
    const drive = new Drive(`
on: push
defaults: { run: { shell: bash, working-directory: top } }
jobs:
  a:
    defaults: { run: { working-directory: in } }
    steps: [{ run: one }, { run: two, shell: sh, working-directory: deep }]
`).start();
    expect(input(drive, 'a.0')).toMatchObject({ shell: 'bash', workingDirectory: 'in' });
    drive.settle('a.0', ok({ exitCode: 0 }));
    expect(input(drive, 'a.1')).toMatchObject({ shell: 'sh', workingDirectory: 'deep' });
  });
});

describe('steps', () => {
  test('have an outcome before continue-on-error and a conclusion after it', () => {
    const drive = new Drive(`
on: push
jobs:
  a:
    steps:
      - { id: s, continue-on-error: true, uses: x/a@v1 }
      - { if: failure(), uses: x/never@v1 }
      - { uses: x/b@v1, with: { o: '\${{ steps.s.outcome }}', c: '\${{ steps.s.conclusion }}', j: '\${{ job.status }}' } }
`).start();
    expect(input(drive.settle('a.s', failed), 'a.2')).toEqual({ o: 'failure', c: 'success', j: 'success' });
  });

  test('may go on after an error by a hash, which is asked for before they call', () => {
    const drive = new Drive(`
on: push
jobs: { a: { steps: [{ continue-on-error: "\${{ hashFiles('lock') == '' }}", uses: x/a@v1 }, { uses: x/b@v1 }] } }
`).start();
    expect(open(drive)).toEqual(['a.0.hash1']);
    expect(open(drive.settle('a.0.hash1', ok('')))).toEqual(['a.0']);
    expect(open(drive.settle('a.0', failed))).toEqual(['a.1']);
  });

  test('may ask for hashes of files in their conditions', () => {
    const drive = new Drive(`
on: push
jobs:
  a:
    steps:
      - { if: "hashFiles('package.json') != ''", uses: x/a@v1 }
      - { if: "hashFiles('Cargo.toml') != ''", uses: x/b@v1 }
      - { uses: x/c@v1 }
`).start();
    expect(input(drive, 'a.0.hash1')).toEqual({ patterns: ['package.json'] });
    expect(open(drive.settle('a.0.hash1', ok('f00')))).toEqual(['a.0']);
    expect(open(drive.settle('a.0'))).toEqual(['a.1.hash1']);
    expect(open(drive.settle('a.1.hash1', ok('')))).toEqual(['a.2']);
  });
});

describe('composite actions', () => {
  const action = `
inputs: { who: { default: you }, must: { required: true } }
outputs: { said: { value: '\${{ steps.say.outputs.text }}' } }
runs:
  using: composite
  steps:
    - { id: say, uses: x/say@v1, with: { who: '\${{ inputs.who }}', e: '\${{ env.E }}' } }
    - { if: failure(), uses: x/sorry@v1 }
    - { if: "inputs.must == 'loud'", uses: x/loud@v1 }
`;
  const drive = (must: string, step = '') =>
    new Drive(
      linkedOf(
        `
on: push
jobs:
  a:
    steps:
      - { id: greet, uses: $/greet, with: { must: ${must} }, env: { E: 5 }${step} }
      - { if: always(), uses: x/b@v1, with: { said: '\${{ steps.greet.outputs.said }}', inner: "\${{ steps.say.outputs.text == '' }}", r: '\${{ steps.greet.conclusion }}' } }
`,
        new Map([['greet/action.yml', action]]),
      ),
    ).start();

  test("see their inputs and the step's variables, and give outputs; their steps stay their own", () => {
    const run = drive('quiet');
    expect(input(run, 'a.greet/say')).toEqual({ who: 'you', e: '5' });
    expect(input(run.settle('a.greet/say', ok({ text: 'hi' })), 'a.1')).toEqual({
      said: 'hi',
      inner: true,
      r: 'success',
    });
  });

  test('run the steps that their conditions say, and fail as one step', () => {
    expect(open(drive('loud').settle('a.greet/say'))).toEqual(['a.greet/2']);
    const run = drive('quiet').settle('a.greet/say', failed);
    expect(open(run)).toEqual(['a.greet/1']);
    expect(input(run.settle('a.greet/1'), 'a.1')).toMatchObject({ r: 'failure' });
    const tolerated = drive('quiet', ', continue-on-error: true').settle('a.greet/say', failed).settle('a.greet/1');
    expect(input(tolerated, 'a.1')).toMatchObject({ r: 'success' });
  });

  test('have defaults that are expressions over the event', () => {
    const greet = `
inputs: { who: { required: true, default: '\${{ github.actor }}' }, of: { default: 'at \${{ github.repository }}' } }
runs: { using: composite, steps: [{ uses: x/say@v1, with: { i: '\${{ inputs }}' } }] }
`;
    const source =
      'on: push\njobs: { a: { steps: [{ uses: $/greet }, { uses: $/greet, with: { who: "", of: you } }] } }';
    const begin = beginOf({
      event: githubEvent('push', { sender: { login: 'mona' }, repository: { full_name: 'octo/shop' } }),
    });
    const run = new Drive(linkedOf(source, new Map([['greet/action.yml', greet]])), begin).start();
    expect(input(run, 'a.0/0')).toEqual({ i: { who: 'mona', of: 'at octo/shop' } });
    expect(input(run.settle('a.0/0'), 'a.1/0')).toEqual({ i: { who: '', of: 'you' } });
  });

  test('are skipped as one step, without outputs', () => {
    expect(input(drive('quiet', ', if: false'), 'a.1')).toEqual({ said: null, inner: true, r: 'skipped' });
  });
});

describe('called workflows', () => {
  test('of a matrix, that call by a matrix themselves, each run on their own', () => {
    const files = new Map([
      [
        'b.yml',
        `on: { workflow_call: { inputs: { to: { type: string, required: true } }, outputs: { last: { value: '\${{ jobs.each.outputs.v }}' } } } }
jobs: { each: { strategy: { matrix: { n: [1, 2] } }, uses: $/c.yml, with: { place: '\${{ inputs.to }}-\${{ matrix.n }}' } } }`,
      ],
      [
        'c.yml',
        `on: { workflow_call: { inputs: { place: { type: string } }, outputs: { v: { value: '\${{ jobs.c.outputs.v }}' } } } }
jobs: { c: { outputs: { v: '\${{ steps.s.outputs.v }}' }, steps: [{ id: s, uses: x/c@v1, with: { place: '\${{ inputs.place }}' } }] } }`,
      ],
    ]);
    const source = `
on: push
jobs:
  a: { strategy: { matrix: { to: [north, south] } }, uses: ./b.yml, with: { to: '\${{ matrix.to }}' } }
  z: { needs: a, steps: [{ uses: x/z@v1, with: { last: '\${{ needs.a.outputs.last }}' } }] }
`;
    const drive = new Drive(linkedOf(source, files)).start();
    const places = open(drive).map((call) => input(drive, call));
    expect(places).toEqual(['north-1', 'north-2', 'south-1', 'south-2'].map((place) => ({ place })));
    for (const [nth, call] of open(drive).reverse().entries()) drive.settle(call, ok({ v: `v${nth}` }));
    // The combination that ended last has set it last.
    expect(input(drive, 'z.0')).toEqual({ last: 'v3' });
  });

  test('have typed inputs with defaults, and the github context of their caller', () => {
    const called = `
on: { workflow_call: { inputs: { n: { type: number, default: 4 }, b: { type: boolean }, s: { type: string } } } }
jobs: { b: { steps: [{ uses: x/b@v1, with: { i: '\${{ inputs }}', e: '\${{ github.event_name }}', w: '\${{ github.workflow }}' } }] } }
`;
    const source = "name: Caller\non: push\njobs: { a: { uses: ./b.yml, with: { s: '${{ github.event.ref }}' } } }";
    const begin = beginOf({ event: githubEvent('push', { ref: 'refs/heads/x' }) });
    const drive = new Drive(linkedOf(source, new Map([['b.yml', called]])), begin).start();
    expect(input(drive, 'a/b.0')).toEqual({ i: { n: 4, b: false, s: 'refs/heads/x' }, e: 'push', w: 'Caller' });
  });

  test('have defaults that are expressions over what their caller sees', () => {
    const called = `
on: { workflow_call: { inputs: { who: { type: string, default: '\${{ github.actor }} of \${{ inputs.team }}' }, n: { type: number, default: '\${{ fromJSON(inputs.n) }}' }, own: { type: string, default: 'x \${{ vars.none }}' } } } }
jobs: { b: { steps: [{ uses: x/b@v1, with: { i: '\${{ inputs }}' } }] } }
`;
    const middle = `
on: { workflow_call: { inputs: { team: { type: string }, n: { type: string } } } }
jobs: { m: { uses: ./b.yml, with: { own: mine } } }
`;
    const files = new Map([
      ['b.yml', called],
      ['m.yml', middle],
    ]);
    const begin = beginOf({ event: githubEvent('push', { sender: { login: 'mona' } }) });
    const run = (n: string): Drive =>
      new Drive(
        linkedOf(`on: push\njobs: { a: { uses: ./m.yml, with: { team: red, n: '${n}' } } }`, files),
        begin,
      ).start();
    expect(input(run('7'), 'a/m/b.0')).toEqual({ i: { who: 'mona of red', n: 7, own: 'mine' } });
    expect(run('"seven"').outcome).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('the input "n" of ./b.yml takes a number') },
    });
  });

  test('have the secrets that they are given: all, or some under their own names, or none', () => {
    const leaf = "on: workflow_call\njobs: { l: { steps: [{ uses: x/l@v1, with: { t: '${{ secrets.TOKEN }}' } }] } }";
    const named =
      "on: { workflow_call: { secrets: { TOKEN: {} } } }\njobs: { l: { steps: [{ uses: x/l@v1, with: { t: '${{ secrets.TOKEN }}' } }] } }";
    const middle = 'on: workflow_call\njobs: { m: { uses: ./leaf.yml, secrets: inherit } }';
    const files = new Map([
      ['leaf.yml', leaf],
      ['named.yml', named],
      ['middle.yml', middle],
    ]);
    const source = `
on: push
jobs:
  all: { uses: ./middle.yml, secrets: inherit }
  some: { uses: ./named.yml, secrets: { TOKEN: '\${{ secrets.OTHER }}' } }
  none: { uses: ./leaf.yml }
`;
    const drive = new Drive(linkedOf(source, files)).start();
    const secret = (call: string): unknown => drive.calls.get(call)?.secrets;
    expect(secret('all/m/l.0')).toEqual({ '/t': [{ secret: 'TOKEN' }] });
    expect(secret('some/l.0')).toEqual({ '/t': [{ secret: 'OTHER' }] });
    expect(secret('none/l.0')).toBeUndefined();
    expect(input(drive, 'none/l.0')).toEqual({ t: null });
  });

  test('may do what the job that calls them may, or less, never more', () => {
    const called = (permissions: string): ReadonlyMap<string, string> =>
      new Map([['b.yml', `on: workflow_call\njobs: { b: { ${permissions}steps: [{ uses: x/b@v1 }] } }`]]);
    const source =
      'on: push\npermissions: { issues: write, contents: read }\njobs: { a: { permissions: { issues: write }, uses: ./b.yml } }';
    const grants = (permissions: string): unknown =>
      new Drive(linkedOf(source, called(permissions))).start().calls.get('a/b.0')?.grants;
    expect(grants('')).toEqual({ issues: 'write' });
    expect(grants('permissions: { issues: read }, ')).toEqual({ issues: 'read' });
    expect(() => grants('permissions: { contents: read }, ')).toThrow(/asks for contents: read/);
  });

  test('that are skipped, or fail, count as a job that was or did', () => {
    const called =
      'on: { workflow_call: { inputs: { go: { type: boolean } } } }\njobs: { b: { if: inputs.go, steps: [{ uses: x/b@v1 }] } }';
    const run = (go: boolean): Drive =>
      new Drive(
        linkedOf(
          `on: push\njobs: { a: { uses: ./b.yml, with: { go: ${go} } }, z: { needs: a, if: always(), steps: [{ uses: x/z@v1, with: { r: '\${{ needs.a.result }}' } }] } }`,
          new Map([['b.yml', called]]),
        ),
      ).start();
    expect(input(run(false), 'z.0')).toEqual({ r: 'skipped' });
    expect(input(run(true).settle('a/b.0', failed), 'z.0')).toEqual({ r: 'failure' });
  });
});

describe('concurrency', () => {
  test('of a workflow comes before its jobs; a newer run that cancels takes the group away', () => {
    const drive = new Drive(
      `
on: push
concurrency: { group: 'deploy-\${{ github.ref_name }}', cancel-in-progress: "\${{ github.ref_name != 'main' }}" }
jobs: { a: { steps: [{ uses: x/a@v1 }, { if: always(), uses: x/tidy@v1 }] } }
`,
      beginOf({ event: githubEvent('push', { ref: 'refs/heads/fix' }) }),
    ).start();
    expect(drive.effects).toMatchObject([
      { type: 'acquire', key: 'workflow:deploy-fix', waiting: 'replace', preempt: true },
    ]);
    expect(open(drive.grant('lock'))).toEqual(['a.0']);
    expect(open(drive.revoke('lock', 'a newer run'))).toEqual(['a.1']);
    expect(drive.settle('a.1').outcome).toMatchObject({ kind: 'cancelled' });
  });

  test('of a called workflow is an error where the job that calls it holds the group itself', () => {
    const called = 'on: workflow_call\nconcurrency: Shop\njobs: { b: { steps: [{ uses: x/b@v1 }] } }';
    const source = 'on: push\njobs: { a: { concurrency: shop, uses: ./b.yml } }';
    const drive = new Drive(linkedOf(source, new Map([['b.yml', called]]))).start().grant('a:lock');
    expect(drive.effects.filter(({ type }) => type === 'acquire')).toHaveLength(1);
    expect(drive.outcome).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('would wait for it for ever: name another group') },
    });
  });

  test.each([
    ['of a run', "concurrency: '${{ github.head_ref }}'\njobs: { a: { steps: [{ uses: x/a@v1 }] } }"],
    ['of a job', "jobs: { a: { concurrency: { group: ' ${{ github.head_ref }}' }, steps: [{ uses: x/a@v1 }] } }"],
  ])('%s whose group comes to nothing is an error, and shares no group with others', (_, rest) => {
    const drive = new Drive(
      `on: push\n${rest}`,
      beginOf({ event: githubEvent('push', { ref: 'refs/heads/x' }) }),
    ).start();
    expect(drive.effects.filter(({ type }) => type === 'acquire')).toEqual([]);
    expect(drive.outcome).toMatchObject({
      kind: 'failed',
      error: {
        id: 'TAU-4006',
        message: expect.stringContaining('it names no group: write another behind it, e.g. || github.run_id'),
      },
    });
  });

  test('of a job makes it wait alone; the newest that waits takes the place of the one before', () => {
    const drive = new Drive(`
on: push
jobs:
  a: { concurrency: shared, steps: [{ uses: x/a@v1 }] }
  b: { steps: [{ uses: x/b@v1 }] }
`).start();
    expect(open(drive)).toEqual(['b.0']);
    expect(drive.effects).toContainEqual(expect.objectContaining({ type: 'acquire', waiting: 'replace' }));
    expect(drive.effects).not.toContainEqual(expect.objectContaining({ type: 'acquire', preempt: true }));
    drive.revoke('a:lock', 'a newer job waits').settle('b.0');
    expect(drive.outcome?.kind).not.toBe('ok');
  });
});

test('inputs of a run that a client starts keep their types in "inputs", and are texts in the event', () => {
  const source = `
on: { workflow_dispatch: { inputs: { flag: { type: boolean }, n: { type: number } } } }
jobs:
  a:
    steps:
      - if: inputs.flag && github.event.inputs.flag == 'true' && github.event.inputs.n == '5'
        uses: x/a@v1
        with: { n: '\${{ inputs.n }}', t: '\${{ github.event.inputs.n }}', f: "\${{ github.event.inputs.flag == 'TRUE' }}" }
`;
  const drive = new Drive(workflowFrom(source, 'w.yml').definition, beginOf({ input: { flag: true, n: 5 } })).start();
  expect(input(drive, 'a.0')).toEqual({ n: 5, t: '5', f: true });
});

test('a push that deletes a branch is of the default branch', () => {
  const payload = {
    ref: 'refs/heads/old',
    deleted: true,
    after: '0'.repeat(40),
    repository: { default_branch: 'main' },
  };
  const source =
    "on: push\njobs: { a: { steps: [{ uses: x/a@v1, with: { ref: '${{ github.ref }}', sha: '${{ github.sha }}' } }] } }";
  const drive = new Drive(source, beginOf({ event: githubEvent('push', payload) })).start();
  expect(input(drive, 'a.0')).toEqual({ ref: 'refs/heads/main', sha: null });
});
