import type { Parsed } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { WorkflowDefinition } from './definition.js';
import { ACTION_LEVELS_MAX, LINKED_PARTS_MAX, link, WORKFLOW_LEVELS_MAX } from './link.js';
import { parseWorkflow } from './parse.js';
import { references } from './references.js';

type Files = Readonly<Record<string, string>>;

function read(source: string, file: string): WorkflowDefinition {
  const parsed = parseWorkflow(source, file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

function linked(files: Files, file = 'w.yml'): Parsed<WorkflowDefinition> {
  const definitions = new Map(Object.entries(files).map(([name, source]) => [name, read(source, name)]));
  const definition = definitions.get(file);
  if (definition === undefined) throw new Error(`there is no ${file}`);
  return link(definition, (name) => definitions.get(name));
}

function problems(files: Files, file?: string): readonly string[] {
  const result = linked(files, file);
  if (result.ok) return [];
  return result.diagnostics.map((at) => `${at.file}:${at.line}:${at.column} ${at.message}`);
}

const calling = (...uses: readonly string[]): string =>
  `on: workflow_call\njobs: { ${uses.map((one, n) => `j${n}: { uses: ${one} }`).join(', ')} }`;
const using = (...uses: readonly string[]): string =>
  `on: push\njobs: { a: { steps: [${uses.map((one) => `{ uses: ${one} }`).join(', ')}] } }`;
const action = (steps: string, rest = ''): string => `name: A\n${rest}\nruns: { using: composite, steps: [${steps}] }`;
const RUN = '{ run: x, shell: sh }';
const LEAF = 'on: workflow_call\njobs: { a: { steps: [{ uses: x/a@v1 }] } }';

describe('references', () => {
  test('are the files of workflows and actions, each once', () => {
    const source = `on: push
jobs:
  a: { uses: ./.tau/workflows/x.yml }
  b: { uses: ./.tau/workflows/x.yml }
  c: { steps: [{ uses: ./.tau/actions/greet }, { uses: x/a@v1 }, { run: x }, { uses: ./ }, { uses: ./b/action.yaml }] }
`;
    expect(references(read(source, 'w.yml'))).toEqual([
      '.tau/workflows/x.yml',
      '.tau/actions/greet/action.yml',
      'action.yml',
      'b/action.yaml',
    ]);
    expect(references(read(action('{ uses: ./other/ }'), 'action.yml'))).toEqual(['other/action.yml']);
    expect(references(read(using('x/a@v1'), 'w.yml'))).toEqual([]);
  });
});

describe('link', () => {
  const files: Files = {
    'w.yml': `on: push
jobs:
  a: { uses: ./b.yml, with: { n: 1, t: "\${{ github.actor }}" }, secrets: { T: "\${{ secrets.TOKEN }}" } }
  c:
    needs: a
    steps:
      - { id: g, uses: ./greet, with: { who: "\${{ needs.a.outputs.url }}" } }
      - { uses: x/a@v1, with: { said: "\${{ steps.g.outputs.said }}" } }
`,
    'b.yml': `on: { workflow_call: { inputs: { n: { type: number, required: true }, t: { type: string } }, secrets: { T: { required: true } }, outputs: { url: { value: "\${{ jobs.x.outputs.url }}" } } } }
jobs: { x: { outputs: { url: u }, steps: [{ uses: ./greet, with: { who: me } }] } }`,
    'greet/action.yaml': action(
      `{ id: s, run: x, shell: sh }, { uses: ./other }`,
      'inputs: { who: { required: true } }\noutputs: { said: { value: "${{ steps.s.outputs.said }}" } }',
    ),
    'other/action.yml': action(RUN),
  };

  test('builds in all of it, and gives plain data', () => {
    const result = linked(files);
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    const [a, c] = result.definition.jobs;
    expect(a?.workflow?.jobs[0]?.steps[0]?.action?.steps[1]?.action?.file).toBe('other/action.yml');
    expect(c?.steps[0]?.action?.file).toBe('greet/action.yaml');
    expect(c?.steps[1]).not.toHaveProperty('action');
    expect(JSON.parse(JSON.stringify(result.definition))).toEqual(result.definition);
  });

  test('gives the same for what is linked already, and leaves the unlinked one as it was', () => {
    const source = read(files['w.yml'] ?? '', 'w.yml');
    const before = structuredClone(source);
    const lookup = (name: string) => (files[name] === undefined ? undefined : read(files[name], name));
    const once = link(source, lookup);
    expect(source).toEqual(before);
    expect(once.ok && link(once.definition, lookup)).toEqual(once);
  });

  test('leaves alone what refers to nothing', () => {
    expect(linked({ 'w.yml': LEAF })).toEqual({ ok: true, definition: read(LEAF, 'w.yml') });
  });

  test('links actions for themselves', () => {
    expect(linked(files, 'greet/action.yaml')).toMatchObject({
      ok: true,
      definition: { action: { steps: [{}, { action: { file: 'other/action.yml' } }] } },
    });
  });
});

describe('what is not there, or is something else', () => {
  test.each<[string, Files, string]>([
    [
      'a workflow',
      { 'w.yml': calling('./x.yml') },
      'w.yml:2:9 there is no workflow "x.yml": add it, or correct the path, which starts at the repository\'s root',
    ],
    [
      'an action',
      { 'w.yml': using('./x') },
      'w.yml:2:22 there is no action "./x": add x/action.yml or x/action.yaml, or correct the path',
    ],
    [
      'a workflow that cannot be called',
      { 'w.yml': calling('./x.yml'), 'x.yml': using('x/a@v1') },
      'w.yml:2:9 "x.yml" cannot be called: add workflow_call to its "on"',
    ],
  ])('%s', (_, files, problem) => {
    expect(problems(files)).toEqual([problem]);
  });

  test('an action by the name of a workflow, and the other way round', () => {
    const lookup = (): WorkflowDefinition => read(action(RUN), 'x/action.yml');
    expect(link(read(calling('./x.yml'), 'w.yml'), lookup)).toMatchObject({
      diagnostics: [{ message: '"x/action.yml" is an action: a step calls it, not a job' }],
    });
    expect(link(read(using('./x'), 'w.yml'), () => read(LEAF, 'x.yml'))).toMatchObject({
      diagnostics: [{ message: '"x/action.yml" is no action: write runs: { using: composite }' }],
    });
  });
});

describe('cycles and levels', () => {
  test('workflows that call themselves', () => {
    expect(problems({ 'w.yml': calling('./w.yml') })).toEqual(['w.yml:2:9 this calls itself: w.yml -> w.yml']);
    expect(problems({ 'w.yml': calling('./b.yml'), 'b.yml': calling('./w.yml') })).toEqual([
      'b.yml:2:9 this calls itself: w.yml -> b.yml -> w.yml',
    ]);
  });

  test('actions that use themselves', () => {
    const files = {
      'w.yml': using('./a'),
      'a/action.yml': action('{ uses: ./b }'),
      'b/action.yml': action('{ uses: ./a }'),
    };
    expect(problems(files)).toEqual([
      'b/action.yml:3:35 this uses itself: w.yml -> a/action.yml -> b/action.yml -> a/action.yml',
    ]);
    expect(problems(files, 'a/action.yml')).toEqual([
      'b/action.yml:3:35 this uses itself: a/action.yml -> b/action.yml -> a/action.yml',
    ]);
  });

  const workflows = (levels: number): Files =>
    Object.fromEntries(
      Array.from({ length: levels }, (_, n) => [
        n === 0 ? 'w.yml' : `w${n}.yml`,
        n === levels - 1 ? LEAF : calling(`./w${n + 1}.yml`),
      ]),
    );
  const actions = (levels: number): Files => ({
    'w.yml': using('./a1'),
    ...Object.fromEntries(
      Array.from({ length: levels }, (_, n) => [
        `a${n + 1}/action.yml`,
        action(n === levels - 1 ? RUN : `{ uses: ./a${n + 2} }`),
      ]),
    ),
  });

  test('as many levels as may be, and no more', () => {
    expect(problems(workflows(WORKFLOW_LEVELS_MAX))).toEqual([]);
    expect(problems(workflows(WORKFLOW_LEVELS_MAX + 1))).toEqual([
      'w9.yml:2:9 workflows may call each other 10 levels deep, and here are more: w.yml -> w1.yml -> w2.yml -> w3.yml -> w4.yml -> w5.yml -> w6.yml -> w7.yml -> w8.yml -> w9.yml -> w10.yml',
    ]);
    expect(problems(actions(ACTION_LEVELS_MAX))).toEqual([]);
    const [problem = '', ...others] = problems(actions(ACTION_LEVELS_MAX + 1));
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^a10\/action.yml:3:35 actions may use each other 10 levels deep, and here are more: w.yml -> a1/,
    );
    expect(problems(actions(ACTION_LEVELS_MAX), 'a1/action.yml')).toEqual([]);
  });

  test('a few files cannot grow without bound', () => {
    const many = (file: string): string => action(Array.from({ length: 100 }, () => `{ uses: ./${file} }`).join(', '));
    const files = {
      'w.yml': using('./a'),
      'a/action.yml': many('b'),
      'b/action.yml': many('c'),
      'c/action.yml': many('d'),
      'd/action.yml': action(RUN),
    };
    const started = performance.now();
    expect(problems(files).join()).toContain(
      `with all that it calls a workflow may have ${LINKED_PARTS_MAX} jobs and steps`,
    );
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('what is called is checked', () => {
  const callee = `on: { workflow_call: { inputs: { n: { type: number, required: true }, b: { type: boolean, default: true } }, secrets: { T: { required: true }, U: }, outputs: { url: { value: x } } } }
permissions: { issues: write }
jobs: { a: { permissions: { contents: write }, steps: [{ uses: x/a@v1 }] } }`;
  const call = (rest: string, top = ''): readonly string[] =>
    problems({ 'w.yml': `on: push\n${top}\njobs: { a: { uses: ./b.yml, ${rest} } }`, 'b.yml': callee });
  const good = 'with: { n: 1 }, secrets: inherit';

  test.each<[string, string, readonly string[]]>([
    [good, '', []],
    ['with: { N: "${{ github.x }}" }, secrets: { t: "${{ secrets.X }}" }', '', []],
    ['secrets: inherit', '', ['"b.yml" requires the input "n": give it in "with"']],
    ['with: { n: many }, secrets: inherit', '', ['the input "n" of "b.yml" must be a number']],
    ['with: { n: "1${{ github.x }}" }, secrets: inherit', '', ['the input "n" of "b.yml" must be a number']],
    ['with: { n: 1, b: maybe }, secrets: inherit', '', ['the input "b" of "b.yml" must be true or false']],
    ['with: { n: 1, m: 2 }, secrets: inherit', '', ['"b.yml" has no input "m"; it has n, b']],
    ['with: { n: 1 }', '', ['"b.yml" requires the secret "T": give it in "secrets", or write secrets: inherit']],
    [
      'with: { n: 1 }, secrets: { T: "${{ secrets.T }}", V: "${{ secrets.V }}" }',
      '',
      ['"b.yml" takes no secret "V"; it takes T, U'],
    ],
    [`${good}, permissions: { issues: write, contents: write }`, '', []],
    [
      `${good}, permissions: { issues: read }`,
      '',
      [
        '"b.yml" asks for issues: write, contents: write, which the job that calls it has not: widen "permissions" here, or narrow them there',
      ],
    ],
    [
      good,
      'permissions: { issues: write }',
      [
        '"b.yml" asks for contents: write, which the job that calls it has not: widen "permissions" here, or narrow them there',
      ],
    ],
    [`${good}, permissions: write-all`, 'permissions: {}', []],
  ])('%s %s', (rest, top, wanted) => {
    expect(call(rest, top)).toEqual(wanted.map((problem) => `w.yml:3:9 ${problem}`));
  });

  test('a bound goes on to what is called by what is called', () => {
    const files = {
      'w.yml': 'on: push\npermissions: { issues: read }\njobs: { a: { uses: ./m.yml } }',
      'm.yml': 'on: workflow_call\njobs: { a: { uses: ./n.yml } }',
      'n.yml': 'on: workflow_call\npermissions: { issues: write }\njobs: { a: { steps: [{ uses: x/a@v1 }] } }',
    };
    expect(problems(files)).toEqual([
      'm.yml:2:9 "n.yml" asks for issues: write, which the job that calls it has not: widen "permissions" here, or narrow them there',
    ]);
  });

  test('outputs of workflows that are called', () => {
    const source = (name: string): string =>
      `on: { workflow_call: { outputs: { o: { value: "\${{ jobs.a.outputs.${name} }}" } } } }
jobs:
  a: { uses: ./b.yml, with: { n: 1 }, secrets: inherit }
  b: { needs: a, if: needs.a.outputs.${name} == 'x', steps: [{ run: "\${{ needs['A'].outputs['${name}'] }}" }] }
  c: { needs: a, steps: [{ run: "\${{ toJSON(needs.a.outputs) }}\${{ needs.a.result }}" }] }`;
    expect(problems({ 'w.yml': source('URL'), 'b.yml': callee })).toEqual([]);
    expect(problems({ 'w.yml': source('Uri'), 'b.yml': callee })).toEqual([
      'w.yml:1:52 "b.yml" has no output "Uri"; it has url',
      'w.yml:4:22 "b.yml" has no output "Uri"; it has url',
      'w.yml:4:70 "b.yml" has no output "Uri"; it has url',
    ]);
  });

  test('inputs and outputs of actions', () => {
    const files = (name: string): Files => ({
      'w.yml': `on: push\njobs: { a: { outputs: { o: "\${{ steps.g.outputs.${name} }}" }, steps: [{ id: g, uses: ./g, with: { who: x } }] } }`,
      'g/action.yml': action(RUN, 'inputs: { who: { required: true } }\noutputs: { said: { value: x } }'),
    });
    expect(problems(files('said'))).toEqual([]);
    expect(problems(files('told'))).toEqual(['w.yml:2:33 "g/action.yml" has no output "told"; it has said']);
    const wrong = { ...files('said'), 'w.yml': using('./g, with: { whom: x }') };
    expect(problems(wrong)).toEqual([
      'w.yml:2:22 "g/action.yml" has no input "whom"; it has who',
      'w.yml:2:22 "g/action.yml" requires the input "who": give it in "with"',
    ]);
  });
});
