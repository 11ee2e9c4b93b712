import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Library } from '../scripts/libraries.ts';
import { Npm } from './npm.ts';
import { copyProblems, importProblems, type Stranger } from './stranger.ts';

let folder = '';
let stranger: Stranger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tau-stranger-'));
  stranger = { folder, modules: join(folder, 'node_modules'), libraries: ['tau-core', 'tau-ext-local'] };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: object | string): void {
  const file = join(folder, 'node_modules', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

function library(path: string, version: string, more: object = {}): void {
  const name = path.split('/').at(-1);
  put(`${path}/package.json`, { name, version, type: 'module', exports: { '.': './index.js' }, ...more });
}

const ASKED = new Map<Library, string>([
  ['tau-core', '0.2.0'],
  ['tau-ext-local', '0.1.0'],
]);

test('each library once, in the version asked for, is as it should be', () => {
  library('tau-core', '0.2.0');
  library('tau-ext-local', '0.1.0');
  expect(copyProblems(stranger, ASKED)).toEqual([]);
});

test('another version, and a copy that nobody was to bring, are told', () => {
  library('tau-core', '0.1.0');
  library('tau-ext-local', '0.1.0');
  library('tau-ext-local/node_modules/tau-core', '0.1.5');
  expect(copyProblems(stranger, ASKED, ['tau-core@0.1.4'])).toEqual([
    'tau-core@0.2.0 is not what was installed',
    'tau-core@0.1.0 came as well, at node_modules/tau-core/package.json',
    'tau-core@0.1.5 came as well, at node_modules/tau-ext-local/node_modules/tau-core/package.json',
  ]);
});

test('a copy that a release is known to bring is fine', () => {
  library('tau-core', '0.2.0');
  library('tau-ext-local', '0.1.0');
  library('tau-ext-local/node_modules/tau-core', '0.1.4');
  expect(copyProblems(stranger, ASKED, ['tau-core@0.1.4'])).toEqual([]);
});

test('doors that do not open are told; one that lacks an optional peer is left alone', async () => {
  const exports = { '.': './index.js', './empty': './empty.js', './testing': './testing.js', './gone': './gone.js' };
  library('tau-core', '0.2.0', { exports, peerDependenciesMeta: { runner: { optional: true } } });
  library('tau-ext-local', '0.1.0');
  put('tau-core/index.js', 'export const one = 1;');
  put('tau-core/empty.js', 'export {};');
  put('tau-core/testing.js', "import 'runner'; export const one = 1;");
  put('tau-ext-local/index.js', "import 'not-declared'; export const one = 1;");
  const npm = Npm.make(join(folder, 'npm'), 'http://127.0.0.1:4873/', join(folder, 'cache'));
  const problems = await importProblems(npm, stranger);
  expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
    'tau-core/empty',
    'tau-core/gone',
    'tau-ext-local',
  ]);
  expect(problems[2]).toContain("Cannot find package 'not-declared'");
});
