import { tauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
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
          name === 'bad.yml' ? { diagnostics } : { definition: { name, triggers: [] }, diagnostics: [] },
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
