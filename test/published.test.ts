import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PACKAGE = dirname(import.meta.dirname);
const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
  dependencies: { readonly [name: string]: string };
};
let folder = '';

beforeAll(() => {
  // Inside the package, so that its dependencies resolve as an installed one's do.
  mkdirSync(join(PACKAGE, 'node_modules'), { recursive: true });
  folder = mkdtempSync(join(PACKAGE, 'node_modules', '.published-'));
  const tsup = join(dirname(fileURLToPath(import.meta.resolve('tsup'))), 'cli-default.js');
  execFileSync(process.execPath, [tsup, '--out-dir', folder, '--silent'], { cwd: PACKAGE, stdio: 'pipe' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is published runs in plain Node, and needs what it declares', () => {
  const script = `
    import { workflowLanguage } from ${JSON.stringify(join(folder, 'index.js'))};
    import { runLocal } from ${JSON.stringify(join(folder, 'local.js'))};
    const source = 'on: push\\njobs: { a: { steps: [{ uses: x/a@v1, with: { n: "\${{ 1 + }}" } }] } }';
    const refused = workflowLanguage.parse(source, 'w.yml');
    const { definition } = workflowLanguage.parse(source.replace('1 +', 'github.run_id'), 'w.yml');
    const executable = { language: workflowLanguage, definition };
    const { outcome } = await runLocal(executable, { handlers: { 'action:x/a@v1': (input) => input } }).ended;
    console.log(JSON.stringify([refused.ok, outcome.kind]));
  `;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual([false, 'ok']);
  const names = scripts().flatMap((path) => {
    const imports = readFileSync(path, 'utf8').matchAll(/^(?:import .*|\}) from "([^".][^"]*)";$/gm);
    return [...imports].map(([, name]) => name);
  });
  const packages = new Set(names.filter((name) => name?.startsWith('node:') === false).map(packageOf));
  expect([...packages].sort()).toEqual(Object.keys(manifest.dependencies).sort());
});

function scripts(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
}

/** `@noble/hashes` of `@noble/hashes/sha2.js`. */
function packageOf(name = ''): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}
