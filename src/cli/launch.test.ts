import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { findProgram, projectBase, runProgram } from './launch.js';

const BIN = { name: 'tau-made-up', packageName: 'tau-made-up-package' };

/** A project with the package installed, its bin as given, or missing. */
function project(source?: string): string {
  const folder = temporaryFolder();
  const home = join(folder, 'node_modules', BIN.packageName);
  mkdirSync(home, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(
    join(home, 'package.json'),
    JSON.stringify({ name: BIN.packageName, bin: { [BIN.name]: './bin.mjs' } }),
  );
  if (source !== undefined) writeFileSync(join(home, 'bin.mjs'), source);
  return folder;
}

const search = (folder: string, path = '') => ({ from: [import.meta.url, projectBase(folder)], path });

test('finds the program of a package in the project', () => {
  const folder = project('');
  expect(findProgram(BIN, search(folder))).toEqual({
    command: process.execPath,
    args: [join(folder, 'node_modules', BIN.packageName, 'bin.mjs')],
  });
});

test('finds the program on PATH', () => {
  const folder = temporaryFolder();
  const command = join(folder, BIN.name);
  writeFileSync(command, '#!/bin/sh\n');
  expect(() => findProgram(BIN, search(folder, folder)), 'not executable').toThrow(/is not installed/);
  chmodSync(command, 0o755);
  expect(findProgram(BIN, search(folder, `/nowhere:${folder}`))).toEqual({ command, args: [] });
});

test('says how to install what is missing, and how to build what is not built', () => {
  expect(() => findProgram(BIN, search(temporaryFolder()))).toThrow(
    'tau-made-up is not installed: install it with "npm install tau-made-up-package"',
  );
  expect(() => findProgram(BIN, search(project()))).toThrow(
    'tau-made-up-package is here, and not built: build it with "npm run build -w tau-made-up-package"',
  );
});

test.each([
  ['process.exit(Number(process.argv[2]))', ['7'], 7],
  ['process.exit(process.env.TAU_TOKEN === "secret" ? 0 : 1)', [], 0],
  ['process.kill(process.pid, "SIGKILL")', [], 137],
])('%s ends with %j as %i', async (source, args, code) => {
  const program = findProgram(BIN, search(project(source)));
  expect(await runProgram(program, { args, token: 'secret' })).toBe(code);
});

test('a signal is handed on', async () => {
  const source =
    'process.on("SIGHUP", () => process.exit(5)); process.kill(process.ppid, "SIGHUP"); setInterval(() => {}, 1000)';
  expect(await runProgram(findProgram(BIN, search(project(source))), { args: [], token: undefined })).toBe(5);
});

test('a program that cannot be started is an error', async () => {
  const program = { command: '/nowhere/tau', args: [] };
  await expect(runProgram(program, { args: [], token: undefined })).rejects.toThrow(/could not be started: .*ENOENT/);
});
