import { expect, test } from 'vitest';
import { fileProblems, manifestProblems, type PackageManifest } from './package-files.ts';

const FILES = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/index.js',
  'dist/a/b.d.ts',
  'proto/tau.binpb',
];

test('a package of what was built and what users read has no problem', () => {
  expect(fileProblems(FILES, ['dist', 'proto', 'README.md', '!dist/x.js'])).toEqual([]);
});

test.each([
  'dist/.stamp',
  'dist/a.test.js',
  'dist/test/a.js',
  'dist/index.tsbuildinfo',
  'src/index.ts',
  'node_modules/zod/index.js',
  '.npmrc',
  'docs/adr/0001.md',
  'dist/../../outside.js.txt',
])('%s is stray', (path) => {
  expect(fileProblems([...FILES, path], ['dist'])).toEqual([`${path} is no file for users`]);
});

test('what each package must have, and what "files" promises, is asked for', () => {
  const files = FILES.filter((path) => path !== 'README.md' && !path.startsWith('proto/'));
  expect(fileProblems(files, ['dist', 'proto', 'README.md'])).toEqual([
    'README.md is missing',
    '"files" names proto, which is not there',
  ]);
});

const FIT: PackageManifest = {
  name: 'tau-core',
  version: '0.1.0',
  description: 'A library',
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=24' },
  files: ['dist'],
  exports: { '.': './dist/index.js' },
  dependencies: { zod: '^4.0.0' },
};
const SOURCE = { library: 'tau-core', version: '0.1.0' } as const;

test('a fit package.json has no problem', () => {
  expect(manifestProblems(FIT, SOURCE)).toEqual([]);
});

test.each<[string, Partial<PackageManifest>]>([
  ['another name', { name: 'tau' }],
  ['another version', { version: '0.2.0' }],
  ['a private package', { private: true }],
  ['no description', { description: '' }],
  ['another licence', { license: 'MIT' }],
  ['CommonJS', { type: 'commonjs' }],
  ['no engines', { engines: {} }],
  ['no files', { files: undefined }],
  ['no door', { exports: {} }],
  ['a dependency on a folder', { dependencies: { zod: 'file:../zod' } }],
  ['a dependency on a repository', { dependencies: { zod: 'git+https://example.org/zod.git' } }],
])('%s is told', (_, difference) => {
  expect(manifestProblems({ ...FIT, ...difference }, SOURCE)).toHaveLength(1);
});
