import { describe, expect, test } from 'vitest';
import { found } from '../../test/support/marked-source.js';
import type { WorkflowDefinition } from './definition.js';
import { parseWorkflow } from './parse.js';

function read(source: string, file: string): WorkflowDefinition {
  const parsed = parseWorkflow(source, file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

const value = (given: unknown) => ({ kind: 'value', value: given });

describe('actions', () => {
  const action = (steps: string, rest = ''): string =>
    `name: Greet\nruns: { using: composite, steps: [${steps}] }\n${rest}`;

  test('are read from files with their name', () => {
    const source = `name: Greet
description: Says hello
inputs:
  who: { description: Whom, required: true }
  loud: { default: false }
outputs:
  said: { value: "\${{ steps.s.outputs.text }}" }
runs:
  using: composite
  steps:
    - { id: s, run: 'echo \${{ inputs.who }}', shell: bash }
    - { uses: ./.tau/actions/other, if: success() }
`;
    for (const file of ['action.yml', '.tau/actions/greet/action.yaml']) {
      expect(read(source, file)).toMatchObject({
        file,
        name: 'Greet',
        triggers: [],
        jobs: [],
        action: {
          format: 1,
          file,
          name: 'Greet',
          inputs: [
            { name: 'who', type: 'string', required: true, line: 4, column: 3 },
            { name: 'loud', type: 'string', required: false, default: 'false' },
          ],
          outputs: [{ name: 'said', value: { kind: 'expression' } }],
          steps: [{ id: 's', shell: value('bash') }, { uses: './.tau/actions/other' }],
        },
      });
    }
    expect(parseWorkflow(source, 'reaction.yml').ok).toBe(false);
  });

  test('may write what is required as text, as many do for GitHub', () => {
    const inputs = 'inputs: { a: { required: "true" }, b: { required: \'false\' }, c: { required: true } }';
    expect(read(action('{ run: x, shell: bash }', inputs), 'action.yml').action?.inputs).toMatchObject([
      { name: 'a', required: true },
      { name: 'b', required: false },
      { name: 'c', required: true },
    ]);
    expect(found(action('{ run: x, shell: bash }', 'inputs: { a: { required: ^^yes } }'), 'action.yml')).toMatch(
      /^"yes" cannot stand here: /,
    );
  });

  const instead = 'write using: composite with steps, or offer what it does as an action of an extension';

  test.each([
    ['name: N\nruns: { using: ^^node20, main: x }', `"using: node20" is not supported: ${instead}`],
    ['name: N\nruns: { using: node20, ^^main: x }', `"main" is not supported: ${instead}`],
    ['name: N\nruns: { using: ^^docker, image: x }', `"using: docker" is not supported: ${instead}`],
    ['name: N\n^^runs: { steps: [] }', '"runs" needs using: composite'],
    ['name: N\n^^runs: { using: composite }', 'an action needs steps'],
    ['name: N\nruns: { using: composite, steps: ^^[] }', 'an action needs at least one step'],
    ['^^name: N', '"runs" is missing: say what the action does, e.g. runs: { using: composite, steps: [...] }'],
    [action('^^{ run: x }'), '"shell" is missing: an action says what runs its scripts, e.g. shell: bash'],
    [
      action('{ run: x, shell: bash, ^^timeout-minutes: 5 }'),
      'there is no key "timeout-minutes" here: there are name, id, if, run, shell, env, continue-on-error, working-directory, uses, with',
    ],
    [action('{ run: x, shell: bash, env: { A: "${{ ^^secrets.A }}" } }'), undefined],
    [
      action('{ run: x, shell: bash }', 'inputs: { a: { default: "${{ ^^github.token }}" } }'),
      '"github.token" is not supported: leave it out: the extension that serves an action holds its credentials, and "permissions" bounds what it may do',
    ],
    [
      action('{ run: x, shell: bash }', 'inputs: { a: { default: ^^"${{ env.A }}" } }'),
      '"env" cannot be used here: there are github',
    ],
    [
      action('{ run: x, shell: bash }', 'inputs: { a: { ^^defualt: 1 } }'),
      'there is no key "defualt" here: there are description, deprecationMessage, required, default',
    ],
    [
      action('{ run: x, shell: bash }', 'inputs: { a: { ^^type: boolean } }'),
      'there is no key "type" here: inputs of an action are texts, so leave it out',
    ],
    [
      action('{ run: x, shell: bash }', 'outputs: { ^^o: {} }'),
      'the output "o" needs a "value", e.g. ${{ steps.build.outputs.url }}',
    ],
    [
      action('{ uses: ^^docker://x }'),
      'container actions are not supported: offer what it does as an action of an extension',
    ],
    ['^^on: push', 'there is no key "on" here: there are name, description, author, inputs, outputs, runs, branding'],
  ])('%s', (source, problem) => {
    const message = found(source, 'action.yml');
    if (problem === undefined) expect(message).toMatch(/^a composite action has no secrets/);
    else expect(message).toBe(problem);
  });

  test('of another kind are told to be that, and nothing else of what only theirs may have', () => {
    const source = `name: N
inputs: { token: { default: '\${{ github.sha }}' } }
outputs: { hit: { description: It was there } }
runs: { using: node24, main: x.js }
`;
    const parsed = parseWorkflow(source, 'action.yml');
    expect(parsed.ok ? [] : parsed.diagnostics.map(({ line, column }) => `${line}:${column}`)).toEqual([
      '4:16',
      '4:24',
    ]);
  });
});
