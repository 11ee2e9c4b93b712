import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { command } from './command.ts';
import type { Tarball } from './package-files.ts';

/** What publint finds in a package: errors, warnings and suggestions alike. */
export async function publintProblems(tarball: Tarball): Promise<readonly string[]> {
  const bytes = readFileSync(tarball.path);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/** What `attw` finds: whether TypeScript resolves the types of each door, for those who import it as ESM. */
export async function typeProblems(tarball: Tarball): Promise<readonly string[]> {
  const attw = join(dirname(fileURLToPath(import.meta.resolve('@arethetypeswrong/cli/package.json'))), 'dist/index.js');
  // Nothing else is asked for over the network.
  const options = ['--profile', 'esm-only', '--no-definitely-typed', '--format', 'ascii', '--no-emoji', '--no-color'];
  const result = await command(process.execPath, [attw, tarball.path, ...options], {
    cwd: dirname(tarball.path),
    env: process.env,
  });
  if (result.code === 0) return [];
  return `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
}
