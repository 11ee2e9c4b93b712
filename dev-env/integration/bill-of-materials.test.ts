import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Bill, bundledPackages, licenceProblems, materials } from './bill-of-materials.ts';

const folder = mkdtempSync(join(tmpdir(), 'tau-bill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

mkdirSync(join(folder, 'dist', 'bin'), { recursive: true });
writeFileSync(
  join(folder, 'dist', 'index.js.map'),
  JSON.stringify({ sources: ['../src/a.ts', '../node_modules/@actions/expressions/dist/b.js'] }),
);
writeFileSync(
  join(folder, 'dist', 'bin', 'x.js.map'),
  JSON.stringify({ sources: ['../../node_modules/y/node_modules/yaml/c.js'] }),
);

function bill(...licenses: readonly object[]): Bill {
  const component = { 'bom-ref': 'a@1.0.0', type: 'library', name: 'a', version: '1.0.0', purl: 'pkg:npm/a@1.0.0' };
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component },
    components: [{ ...component, licenses: licenses as never }],
    dependencies: [],
  };
}

const MANIFEST = { name: 'tau-core', version: '0.1.0' };

test('source maps tell which packages are built in', () => {
  expect(bundledPackages(folder)).toEqual(['@actions/expressions', 'yaml']);
});

test('licences come as ids, as expressions, or several', () => {
  expect(materials(bill({ license: { id: 'MIT' } }))).toEqual([{ name: 'a', version: '1.0.0', licence: 'MIT' }]);
  expect(materials(bill({ expression: 'MIT OR ISC' }))[0]?.licence).toBe('MIT OR ISC');
  expect(materials(bill({ license: { id: 'MIT' } }, { license: { name: 'Mine' } }))[0]?.licence).toBe(
    '(MIT) AND (Mine)',
  );
  expect(materials(bill())[0]?.licence).toBe('');
});

test('what is not permissive is told, and what is built in without its licence', () => {
  const unnamed = ['@actions/expressions', 'yaml'].map(
    (name) => `${name} is built in, and THIRD-PARTY.md does not have its licence`,
  );
  expect(licenceProblems(bill({ license: { id: 'GPL-3.0-only' } }), folder, MANIFEST)).toEqual([
    'a@1.0.0: GPL-3.0-only',
    ...unnamed,
  ]);
  expect(licenceProblems(bill(), folder, MANIFEST)).toEqual(['a@1.0.0: no licence', ...unnamed]);
  writeFileSync(join(folder, 'THIRD-PARTY.md'), '`@actions/expressions` and `yaml`');
  expect(licenceProblems(bill({ license: { id: 'ISC' } }), folder, MANIFEST)).toEqual([]);
});
