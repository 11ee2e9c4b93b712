import { describe, expect, test } from 'vitest';
import { found } from '../../test/support/marked-source.js';
import { parseWorkflow } from './parse.js';

function workflow({ top = '', job = '', step = 'uses: x/a@v1' }): string {
  return `on: push\n${top}\njobs:\n  a: { ${job === '' ? '' : `${job}, `}steps: [{ ${step} }] }\n`;
}

describe('secrets', () => {
  test.each([
    ['alone', 'uses: x/a@v1, with: { a: "${{ secrets.TOKEN }}" }'],
    ['as a part of a text', 'uses: x/a@v1, with: { a: "Bearer ${{ secrets.TOKEN }} for ${{ github.actor }}" }'],
    ['within a list or a mapping', 'uses: x/a@v1, with: { a: [{ b: "${{ secrets.TOKEN }}" }] }'],
    ['by an index', 'uses: x/a@v1, with: { a: "${{ secrets[\'TOKEN\'] }}" }'],
    ['in the environment', 'run: x, env: { T: "${{ secrets.TOKEN }}" }'],
  ])('may stand %s', (_, step) => {
    expect(parseWorkflow(workflow({ step }), 'w.yml')).toMatchObject({ ok: true });
  });

  test('may stand in the environment of a job and of all', () => {
    expect(
      parseWorkflow(
        workflow({ top: 'env: { T: "${{ secrets.T }}" }', job: 'env: { U: "${{ secrets.U }}" }' }),
        'w.yml',
      ),
    ).toMatchObject({ ok: true });
  });

  test('of a called workflow may have a dash in their names, there and where it is called', () => {
    const called = `on: { workflow_call: { secrets: { registry-password: { required: true } } } }
jobs: { a: { steps: [{ uses: x/a@v1, with: { p: '\${{ secrets.registry-password }}' } }] } }`;
    expect(parseWorkflow(called, 'w.yml')).toMatchObject({
      ok: true,
      definition: { call: { secrets: [{ name: 'registry-password', required: true }] } },
    });
    const calls =
      'on: push\njobs: { a: { uses: ./w.yml, secrets: { registry-password: "${{ secrets.registry-password }}" } } }';
    expect(parseWorkflow(calls, 'c.yml')).toMatchObject({
      ok: true,
      definition: { jobs: [{ secrets: { 'registry-password': 'registry-password' } }] },
    });
    const odd = 'on: { workflow_call: { secrets: { ^^a.b: {} } } }\njobs: { a: { steps: [{ run: x }] } }';
    expect(found(odd)).toBe('"a.b" is no name of a secret: write letters, digits, "_" and "-"');
  });

  const alone =
    'a secret stands alone, so that no machine ever holds its value: write ${{ secrets.NAME }}, as a whole value or as a part of a text, in "with" or "env"';
  const elsewhere =
    'secrets stand in "with", in "env" and in the "secrets" of a called workflow, and nowhere else: give it to the step in one of them';
  const credentials =
    'leave it out: the extension that serves an action holds its credentials, and "permissions" bounds what it may do';

  test.each([
    ['uses: x/a@v1, if: ^^secrets.T', elsewhere],
    ['uses: x/a@v1, if: "x == ^^secrets.T"', undefined],
    ['run: "echo ${{ ^^secrets.T }}"', elsewhere],
    ['name: "${{ ^^secrets.T }}", run: x', elsewhere],
    ['run: x, env: { T: "${{ toJSON(^^secrets) }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets.* }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets.T || \'x\' }}" }', alone],
    ['run: x, env: { T: "${{ (^^secrets.T) }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets.T.x }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets[github.actor] }}" }', alone],
    ['run: x, env: { T: "${{ format(\'{0}\', ^^secrets.T) }}" }', alone],
    ['run: x, env: { T: "${{ ^^secrets.GITHUB_TOKEN }}" }', `"secrets.GITHUB_TOKEN" is not supported: ${credentials}`],
    ['run: x, env: { T: "${{ ^^github.token }}" }', `"github.token" is not supported: ${credentials}`],
  ])('%s', (step, problem) => {
    if (problem === undefined)
      expect(parseWorkflow(workflow({ step: step.replace('^^', '') }), 'w.yml').ok).toBe(false);
    else expect(found(workflow({ step }))).toBe(problem);
  });

  test.each([
    ['if: ^^secrets.T', elsewhere],
    ['outputs: { o: "${{ ^^secrets.T }}" }', elsewhere],
    ['concurrency: "${{ ^^secrets.T }}"', elsewhere],
    ['timeout-minutes: "${{ ^^secrets.T }}"', elsewhere],
  ])('of a job: %s', (job, problem) => {
    expect(found(workflow({ job }))).toBe(problem);
  });
});
