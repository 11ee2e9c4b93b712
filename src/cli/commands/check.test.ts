import { tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import { describe, expect, test } from 'vitest';
import { REVIEW_FLOW } from '../../../test/review-flow.js';
import { runTau } from '../../../test/run-tau.js';

const GOOD = `
on: issues
jobs:
  greet:
    runs-on: tau
    steps:
      - uses: local/echo@v1
`;
const BAD = GOOD.replace('uses', 'use');
const files = { 'good.yml': GOOD, 'bad.yml': BAD };

describe('tau check', () => {
  test('asks the kernel, and puts nothing in service', async () => {
    const diagnostics = [{ file: 'bad.yml', line: 7, column: 9, message: 'unexpected value' }];
    const { code, stdout, kernel } = await runTau(['check', 'good.yml', 'bad.yml'], {
      files,
      answers: {
        'definitions.putDefinition': ({ name }: { name: string }) =>
          name === 'bad.yml'
            ? { diagnostics }
            : { definition: kernelv1.Definition.fromPartial({ name }), diagnostics: [], warnings: [] },
      } as never,
    });
    expect(code).toBe(1);
    expect(stdout).toBe('✓ good.yml\n✗ bad.yml:7:9: unexpected value\n');
    expect(kernel.calls).toMatchObject([{ request: { validateOnly: true } }, { request: { validateOnly: true } }]);
  });

  test('--offline asks nobody', async () => {
    const { code, stdout, kernel } = await runTau(['check', '--offline', 'good.yml', 'bad.yml'], { files });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✓ good\.yml\n✗ bad\.yml:7:9: /);
    expect(kernel.calls).toEqual([]);
  });

  test('without a kernel it checks by itself, and says so once', async () => {
    const { code, stdout, stderr } = await runTau(['check', 'good.yml', 'good.yml', '--json'], {
      files,
      answers: {
        'definitions.putDefinition': () => {
          throw tauError('UNREACHABLE', 'nobody answers');
        },
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = { file: 'good.yml', ok: true, diagnostics: [], checkedBy: 'command' };
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([result, result]);
  });

  test('a file that is not there is an error of its own', async () => {
    const { code, stderr } = await runTau(['check', '--offline', 'absent.yml'], { files });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error TAU-1001: absent.yml: there is no such file/);
  });
});

const SCHEDULE = '{"name": "nightly", "start": {"definition": "good.yml"}, "when": [{"cron": "0 3 * * *"}]}';
const kinds = {
  'good.yml': GOOD,
  'review.flow.json': REVIEW_FLOW,
  'nightly.schedule.json': SCHEDULE,
  'agents.hub.json': '{"name": "agents"}',
};

describe('kinds of files', () => {
  const putting = ({ name, program }: { name: string; program: string }) => ({
    definition: kernelv1.Definition.fromPartial({ name, program, version: 'v1' }),
    diagnostics: [],
    warnings: name === 'good.yml' ? [{ file: name, line: 1, column: 2, message: 'not in service' }] : [],
  });
  const answers = { 'definitions.putDefinition': putting } as never;

  test('each is checked as what its name says', async () => {
    const offline = await runTau(['check', '--offline', ...Object.keys(kinds)], { files: kinds });
    expect(offline.stdout).toBe(
      Object.keys(kinds)
        .map((name) => `✓ ${name}\n`)
        .join(''),
    );
    const wrong = Object.fromEntries(Object.keys(kinds).map((name) => [name, '{"a": [']));
    const { stdout, code } = await runTau(['check', '--offline', ...Object.keys(wrong)], { files: wrong });
    expect(code).toBe(1);
    for (const name of Object.keys(wrong)) expect(stdout).toContain(`✗ ${name}:`);
    const asked = await runTau(['check', ...Object.keys(kinds)], { files: kinds, answers });
    expect(asked.kernel.calls.map(({ request }) => request)).toMatchObject(
      ['workflow', 'flow', 'schedule', 'hub'].map((program) => ({ program, validateOnly: true })),
    );
    expect(asked.stdout).toContain('✓ good.yml\n! good.yml:1:2: not in service\n✓ review.flow.json\n');
  });

  test('tau put puts them in service', async () => {
    const { code, stdout, stderr, kernel } = await runTau(['put', ...Object.keys(kinds)], { files: kinds, answers });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^good\.yml: active, workflow v1\nreview\.flow\.json: active, flow v1\n/);
    expect(stderr).toBe('warning: good.yml:1:2: not in service\n');
    expect(kernel.calls.map(({ request }) => request)).toMatchObject(
      ['workflow', 'flow', 'schedule', 'hub'].map((program) => ({ program, validateOnly: false })),
    );
  });

  test.each(['check', 'put', 'run'])('tau %s of JSON that does not say what it is is refused', async (command) => {
    const { code, stderr, kernel } = await runTau([command, 'x.json'], { files: { 'x.json': '{}' } });
    expect({ code, calls: kernel.calls }).toEqual({ code: 1, calls: [] });
    expect(stderr).toMatch(/^error TAU-1001: x\.json: its name does not say what it is; name it \*\.flow\.json/);
  });
});
