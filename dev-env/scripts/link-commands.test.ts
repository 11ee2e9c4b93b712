import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkCommands } from './link-commands.ts';

test('commands that npm left out are linked; what is there stays', () => {
  const root = mkdtempSync(join(tmpdir(), 'tau link '));
  mkdirSync(join(root, 'tool', 'dist'), { recursive: true });
  mkdirSync(join(root, 'node_modules', '.bin'), { recursive: true });
  mkdirSync(join(root, 'plain'));
  writeFileSync(join(root, 'plain', 'package.json'), '{}');
  writeFileSync(join(root, 'tool', 'package.json'), '{ "bin": { "one": "./dist/one.sh", "two": "dist/one.sh" } }');
  writeFileSync(join(root, 'tool', 'dist', 'one.sh'), '#!/bin/sh\necho works\n');
  chmodSync(join(root, 'tool', 'dist', 'one.sh'), 0o755);
  const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
  symlinkSync('../nowhere', bin('two'));

  linkCommands(root, ['plain', 'tool']);
  linkCommands(root, ['plain', 'tool']);

  expect(execFileSync(bin('one'), { encoding: 'utf8' })).toBe('works\n');
  expect(readlinkSync(bin('two'))).toBe(join('..', '..', 'tool', 'dist', 'one.sh'));
  rmSync(root, { recursive: true, force: true });
});
