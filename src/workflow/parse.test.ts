import { describe, expect, test } from 'vitest';
import { findingsIn } from '../../test/support/marked-source.js';
import { parseWorkflow } from './parse.js';
import { JOBS_MAX } from './read-jobs.js';
import { STEPS_MAX } from './read-steps.js';
import { TEMPLATE_DEPTH_MAX } from './read-template.js';
import { SOURCE_CHARS_MAX, SOURCE_EXPRESSIONS_MAX, TEXT_EXPRESSIONS_MAX } from './source.js';

const STEP = '{ uses: x/a@v1 }';

function problemsOf(source: string): readonly string[] {
  const parsed = parseWorkflow(source, 'w.yml');
  return parsed.ok ? [] : parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

/** A workflow with one job; `job` and `step` are YAML of flow mappings without their braces. */
function workflow({ on = 'push', top = '', job = '', step = 'uses: x/a@v1' }): string {
  return `on: ${on}\n${top}\njobs:\n  a: { ${job === '' ? '' : `${job}, `}steps: [{ ${step} }] }\n`;
}

describe('a workflow that is accepted', () => {
  test('names the jobs that it needs in any case, each once', () => {
    const source = `on: push
jobs:
  Build: { steps: [${STEP}] }
  test: { needs: build, steps: [${STEP}] }
  ship: { needs: [BUILD, Test, build], if: needs.BUILD.result == 'success', steps: [${STEP}] }
`;
    const parsed = parseWorkflow(source, 'w.yml');
    expect(parsed.ok ? parsed.definition.jobs.map(({ needs }) => needs) : parsed).toEqual([
      [],
      ['Build'],
      ['Build', 'test'],
    ]);
  });

  test('becomes plain data', () => {
    const source = `name: Triage
description: What it is for
on:
  issues: { types: [opened] }
  workflow_dispatch: { inputs: { n: { description: How many, type: number, default: 3, required: true } } }
env: { LEVEL: 1 }
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 1.5
    outputs: { n: '\${{ steps.s.outputs.n }}' }
    steps:
      - id: s
        name: Look at \${{ github.actor }}
        if: github.actor != 'bot'
        uses: ai/look@v1
        continue-on-error: true
        with: { list: [1, two, '\${{ env.LEVEL }}'], plain: { deep: [true, null] } }
  b: { needs: [a, a], if: always(), steps: [${STEP}] }
`;
    expect(parseWorkflow(source, 'w.yml')).toEqual({
      ok: true,
      definition: {
        format: 1,
        file: 'w.yml',
        name: 'Triage',
        triggers: ['github.issues.opened'],
        dispatch: {
          inputs: [{ name: 'n', line: 5, column: 34, type: 'number', required: true, default: 3 }],
          line: 5,
          column: 3,
        },
        env: [{ name: 'LEVEL', value: { kind: 'value', value: '1' } }],
        jobs: [
          {
            id: 'a',
            needs: [],
            env: [],
            outputs: [
              { name: 'n', value: { kind: 'expression', source: { expr: 'steps.s.outputs.n', line: 11, column: 24 } } },
            ],
            timeoutMinutes: { kind: 'value', value: 1.5 },
            line: 8,
            column: 3,
            steps: [
              {
                id: 's',
                name: { kind: 'text', parts: ['Look at ', { expr: 'github.actor', line: 14, column: 27 }] },
                if: { expr: "github.actor != 'bot'", line: 15, column: 13 },
                uses: 'ai/look@v1',
                with: [
                  {
                    name: 'list',
                    value: {
                      kind: 'list',
                      items: [
                        { kind: 'value', value: 1 },
                        { kind: 'value', value: 'two' },
                        { kind: 'expression', source: { expr: 'env.LEVEL', line: 18, column: 37 } },
                      ],
                    },
                  },
                  { name: 'plain', value: { kind: 'value', value: { deep: [true, null] } } },
                ],
                env: [],
                continueOnError: { kind: 'value', value: true },
                line: 13,
                column: 9,
              },
            ],
          },
          {
            id: 'b',
            needs: ['a'],
            if: { expr: 'always()', line: 19, column: 27 },
            env: [],
            outputs: [],
            steps: [{ uses: 'x/a@v1', with: [], env: [], line: 19, column: 45 }],
            line: 19,
            column: 3,
          },
        ],
      },
    });
  });

  test('has the file for a name when it has none', () => {
    expect(parseWorkflow(workflow({}), '.tau/workflows/a.yml')).toMatchObject({
      definition: { name: '.tau/workflows/a.yml' },
    });
  });

  test('keeps texts as YAML says them: block texts, folds, quotes, escapes and apostrophes', () => {
    const source = `on: push
jobs:
  a:
    steps:
      - uses: x/a@v1
        with:
          block: |
            It's
              'two' \${{ github.a }}
            lines
          folded: >-
            one \${{ github.b }}
            line
          double: "a\\t\\"\${{ github.c }}\\""
          single: 'it''s \${{ github.d }}'
          plain: over \${{ github.e }}
            two lines
          alone: |-
            \${{ github.f }}
`;
    const parsed = parseWorkflow(source, 'w.yml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    const texts = parsed.definition.jobs[0]?.steps[0]?.with.map(({ value }) => {
      if (value.kind === 'expression') return [value.source];
      return value.kind === 'text' ? value.parts : [];
    });
    const at = (expr: string, line: number, column: number) => ({ expr: `github.${expr}`, line, column });
    expect(texts).toEqual([
      ["It's\n  'two' ", at('a', 9, 25), '\nlines\n'],
      ['one ', at('b', 12, 21), ' line'],
      ['a\t"', at('c', 14, 29), '"'],
      ["it's ", at('d', 15, 30), ''].filter((part) => part !== ''),
      ['over ', at('e', 16, 27), ' two lines'],
      [at('f', 19, 17)],
    ]);
  });
});

describe('what is wrong is found where it is', () => {
  const dispatch = (input: string): string => workflow({ on: `{ workflow_dispatch: { inputs: { ${input} } } }` });
  const inputs = (text: string): string => workflow({ step: `uses: x/a@v1, with: ${text}` });
  const condition = (text: string): string => workflow({ step: `uses: x/a@v1, if: ${text}` });

  test.each([
    ['nothing at all', '^^', 'the file is empty: a workflow has "on" and "jobs"'],
    [
      'no mapping',
      '^^just text',
      '"just text" cannot stand here: write a mapping with on, name, description, run-name, defaults, env, permissions, concurrency, jobs',
    ],
    [
      'YAML that is none',
      'on: push\njobs: [a^^',
      'Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['two documents', 'on: push\n^^---\njobs: {}', 'a workflow file holds one YAML document'],
    [
      'no jobs',
      '^^on: push',
      '"jobs" is missing: say what the workflow does, e.g. jobs: { greet: { steps: [{ run: echo hello }] } }',
    ],
    [
      'no triggers',
      `^^jobs: { a: { steps: [${STEP}] } }`,
      '"on" is missing: say what starts the workflow, e.g. on: workflow_dispatch',
    ],
    ['an empty list of triggers', workflow({ on: '^^[]' }), '"on" names no event'],
    [
      'an unknown key',
      workflow({ top: '^^job: {}' }),
      'there is no key "job" here: there are on, name, description, run-name, defaults, env, permissions, concurrency, jobs',
    ],
    [
      'a key twice',
      workflow({ step: 'uses: x/a@v1, ^^uses: x/b@v1' }),
      '"uses" stands here twice, first on line 4: leave one of them out, or give it another name',
    ],
    [
      'a job twice, in other case',
      `on: push\njobs:\n  a: { steps: [${STEP}] }\n  ^^A: { steps: [${STEP}] }`,
      '"A" stands here twice, first on line 3 as "a": leave one of them out, or give it another name',
    ],
    [
      'a key in other case',
      `on: push\njobs: { a: { ^^Steps: [${STEP}] } }`,
      'there is no key "Steps" here: write steps',
    ],
    ['nothing for a file', '^^null', 'a value is missing: write a mapping with on, name'],
    ['a list for a file', '^^[]', 'a list cannot stand here: write a mapping with on, name'],
    ['a list for jobs', 'on: push\njobs: ^^[]', 'a list cannot stand here: write a mapping'],
    ['a mapping for a name', workflow({ top: 'name: ^^{ a: 1 }' }), 'a mapping cannot stand here: write text'],
    ['an event far from any', workflow({ on: '^^zzz' }), '"zzz" cannot stand here: there are branch_protection'],
    ['nothing for a step', 'on: push\njobs: { a: { steps: [^^null] } }', 'a value is missing: write a mapping with'],
    [
      'an expression for an id',
      workflow({ step: `id: ^^'\${{ github.x }}', uses: x/a@v1` }),
      'an expression cannot stand here: write the value itself',
    ],
    ['an unknown event', workflow({ on: '^^isues' }), '"isues" cannot stand here: write issues'],
    [
      'an unknown type',
      workflow({ on: '{ watch: { types: [^^stopped] } }' }),
      '"watch" has no type "stopped": it has started',
    ],
    [
      'types of an event without any',
      workflow({ on: '{ push: { ^^types: [x] } }' }),
      '"push" has no types: leave them out',
    ],
    ['a choice without options', dispatch('^^c: { type: choice }'), '"c" is a choice: name its options'],
    ['a default of another type', dispatch('c: { type: number, default: ^^x }'), 'the default of "c" must be a number'],
    [
      'a job id',
      `on: push\njobs: { ^^1a: { steps: [${STEP}] } }`,
      '"1a" is no identifier: start with a letter or "_", then letters, digits, "_" and "-", less than 100 in all',
    ],
    [
      'a reserved id',
      workflow({ step: 'id: ^^__a, uses: x/a@v1' }),
      '"__a" is no identifier: those that start with "__" are reserved',
    ],
    [
      'an id twice, in other case',
      `on: push\njobs: { a: { steps: [{ id: x, uses: x/a@v1 }, { id: ^^X, uses: x/a@v1 }] } }`,
      'another step has the id "X"',
    ],
    ['a job without steps', 'on: push\njobs: { ^^a: { runs-on: x } }', 'a job needs steps'],
    ['a job with no step', 'on: push\njobs: { a: { steps: ^^[] } }', 'a job needs at least one step'],
    ['no jobs in jobs', 'on: push\njobs: ^^{}', 'a workflow needs at least one job'],
    [
      'a condition that is not closed',
      `on: push\njobs: { a: { if: ^^"\${{ github.ref == 'x' }", steps: [${STEP}] } }`,
      'an expression is not closed: write }} behind it',
    ],
    [
      'events in one text',
      workflow({ on: '^^push, issues' }),
      '"push, issues" cannot stand here: write a list, [push, issues]',
    ],
    [
      'events in lines',
      'on:\n  ^^push\n  issues\njobs: {}',
      '"push issues" cannot stand here: write a list, [push, issues]',
    ],
    ['a job that needs another', workflow({ job: 'needs: ^^b' }), 'there is no job "b"; there are a'],
    ['a job that needs itself, in other case', workflow({ job: 'needs: ^^A' }), '"a" waits for itself, by way of "a"'],
    [
      'a step that does nothing',
      'on: push\njobs: { a: { steps: [^^{ name: x }] } }',
      'this cannot be told apart; add one of these keys: run, shell, uses, with, working-directory',
    ],
    [
      'a step that does two things',
      workflow({ step: 'uses: x/a@v1, ^^run: x' }),
      '"run" and "uses" exclude each other: leave one of them out',
    ],
    [
      'an action without version',
      workflow({ step: 'uses: ^^x/a' }),
      '"x/a" is no action: write owner/name@version, e.g. github/add-labels@v1',
    ],
    [
      'a container action',
      workflow({ step: 'uses: ^^"docker://alpine"' }),
      'container actions are not supported: offer what it does as an action of an extension',
    ],
    [
      'an action outside of the repository',
      workflow({ step: 'uses: ^^../here' }),
      '"../here" is no path of an action: write it from the repository\'s root, e.g. ./.tau/actions/greet',
    ],
    [
      'an action that leads out of the repository',
      workflow({ step: 'uses: ^^./a/../../here' }),
      '"./a/../../here" leads out of the repository, or is no path: write it from the repository\'s root, e.g. ./.tau/actions/greet',
    ],
    [
      'a workflow for an action',
      workflow({ step: 'uses: ^^./.tau/workflows/x.yml' }),
      '"./.tau/workflows/x.yml" is a workflow: a job calls it, with "uses" in place of "steps"',
    ],
    [
      'an expression for an action',
      workflow({ step: `uses: ^^'\${{ github.x }}'` }),
      'an action cannot come from an expression: write owner/name@version',
    ],
    [
      'a timeout of nothing',
      workflow({ job: 'timeout-minutes: ^^0' }),
      '"timeout-minutes" must be above 0 and at most 50400',
    ],
    [
      'an empty condition',
      'on: push\njobs: { a: { steps: [{ uses: x/a@v1, if: ^^}] } }',
      `this condition is empty: leave "if" out, or write a condition that starts with "!" inside \${{ }}`,
    ],
    [
      'a condition that is always true',
      condition(`^^'\${{ false }} && true'`),
      `this condition mixes text with \${{ }}, and text is always true: write all of it inside one \${{ }}, or without`,
    ],
    [
      'a condition that is a tag for YAML',
      'on: push\njobs: { a: { steps: [{ uses: x/a@v1, if: !cancelled() ^^}] } }',
      `this condition is empty: leave "if" out, or write a condition that starts with "!" inside \${{ }}`,
    ],
    [
      'a condition with an error',
      workflow({ job: 'if: github.x ^^==' }),
      'the expression ends too early: something is missing behind "=="',
    ],
    [
      'a quoted condition',
      condition("'github.x && ^^nothing'"),
      'there is no context "nothing": there are github, inputs, vars, needs',
    ],
    [
      'a context that is not there yet',
      workflow({ job: 'if: ^^steps.x' }),
      '"steps" cannot be used here: there are github, inputs, vars, needs',
    ],
    [
      'a status outside of conditions',
      inputs(`{ a: '\${{ ^^failure() }}' }`),
      '"failure" cannot be used here: there are case, contains',
    ],
    [
      'an expression that is not closed',
      inputs(`{ a: ^^'\${{ github' }`),
      'an expression is not closed: write }} behind it',
    ],
    ['an expression for a key', inputs(`{ ^^'\${{ github.a }}': 1 }`), 'a key must be plain text'],
    ['an expression for all inputs', inputs(`^^'\${{ github.a }}'`), '"with" must be a mapping of names to values'],
    ['a name that is no name', inputs('{ ^^__proto__: 1 }'), '"__proto__" cannot be used as a name'],
  ])('%s', (_, text, problem) => {
    const { all, place } = findingsIn(text);
    expect(all).toContainEqual(expect.stringContaining(`${place} ${problem}`));
  });

  test('and all of it at once, in order', () => {
    const source = workflow({
      on: '[push, isues]',
      top: 'permissions: all',
      job: 'needs: b',
      step: `uses: x, with: { a: "\${{ b }}" }`,
    });
    expect(problemsOf(source).map((problem) => problem.replace(/^\S+ (.{20}).*$/, '$1'))).toEqual([
      '"isues" cannot stand',
      '"permissions" cannot',
      'there is no job "b";',
      '"x" is no action: wr',
      'there is no context ',
    ]);
  });

  const manyJobs = Array.from({ length: JOBS_MAX + 1 }, (_, n) => `  j${n}: { steps: [${STEP}] }`).join('\n');
  const manyLevels = TEMPLATE_DEPTH_MAX + 2;

  test.each([
    ['characters', `#${'x'.repeat(SOURCE_CHARS_MAX)}`, 'the file has'],
    ['jobs', `on: push\njobs:\n${manyJobs}`, `a workflow may have ${JOBS_MAX} jobs`],
    ['steps', `on: push\njobs: { a: { steps: [${`${STEP}, `.repeat(STEPS_MAX + 1)}] } }`, `have ${STEPS_MAX} steps`],
    [
      'levels',
      inputs(`{ a: ${'['.repeat(manyLevels)}${']'.repeat(manyLevels)} }`),
      `values may be nested ${TEMPLATE_DEPTH_MAX} levels deep`,
    ],
    [
      'expressions in a text',
      inputs(`{ a: "${'${{ 1 }}'.repeat(TEXT_EXPRESSIONS_MAX + 1)}" }`),
      `a text may have ${TEXT_EXPRESSIONS_MAX} expressions`,
    ],
    [
      'expressions',
      inputs(
        `[${`"${'${{ 1 }}'.repeat(TEXT_EXPRESSIONS_MAX)}",`.repeat(SOURCE_EXPRESSIONS_MAX / TEXT_EXPRESSIONS_MAX)} '\${{ 1 }}']`,
      ),
      `it has more than ${SOURCE_EXPRESSIONS_MAX} expressions`,
    ],
    ['levels for any reader', inputs(`${'{ a: '.repeat(5_000)}1${'}'.repeat(5_000)}`), 'nested too deep'],
  ])('too many %s', (_, source, problem) => {
    expect(problemsOf(source).join()).toContain(problem);
  });
});
