import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { requireRegistry } from './npm.ts';
import type { StepRecord } from './progress.ts';

const QUICK_MS_MAX = 180_000;

function integration(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  return run(process.execPath, [join(ROOT, 'dev-env', 'integration', 'main.ts'), ...args], { cwd: ROOT });
}

test.each([['--only', 'tau-none'], ['--port', '70000'], ['--no-such-option'], ['tau-core']])(
  'a wrong call ends with code 2: %s %s',
  async (...args) => {
    const { code, output } = await integration(...args.filter((arg) => arg !== undefined));
    expect(output).toMatch(/^error: /);
    expect(code).toBe(2);
  },
);

test('the sample holds: packages without stray files, types for ESM, one installation by a stranger', {
  timeout: QUICK_MS_MAX,
}, async () => {
  const reachable = await requireRegistry().then(
    () => true,
    () => false,
  );
  const { code, output } = await integration('--quick', '--json', '--port', '0');
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StepRecord & { readonly event: string });
  const told = lines.filter(({ event }) => event === 'step');
  expect(told.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  for (const library of LIBRARIES) {
    const held = told.filter(({ subject, outcome }) => subject === library && outcome === 'ok').map(({ step }) => step);
    expect([library, held]).toEqual([library, ['take out', 'pack', 'files', 'publint', 'types', 'publish']]);
  }
  const together = told.filter(({ subject }) => subject === 'together').map(({ step, outcome }) => [step, outcome]);
  expect(together).toEqual(
    reachable ? ['install', 'import', 'declarations'].map((step) => [step, 'ok']) : [['install', 'skipped']],
  );
  expect(code).toBe(0);
});
