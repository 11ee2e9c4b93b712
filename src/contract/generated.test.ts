import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { descriptorSet } from './descriptor.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'tau-generated-'));
const bins = ['node_modules/.bin', '../node_modules/.bin'].map((bin) => join(root, bin));
const env = { ...process.env, PATH: [...bins, process.env['PATH']].join(delimiter) };

afterAll(() => rmSync(out, { recursive: true }));

/** Every file below a folder with its text, so that a difference shows as one. */
function texts(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return Object.fromEntries(files.sort().map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

test('the committed code is what the contract generates', { timeout: 60_000 }, () => {
  execFileSync('buf', ['generate', '-o', out], { cwd: root, env });
  const { 'descriptor.ts': _, ...committed } = texts(join(root, 'src/gen'));
  expect(texts(join(out, 'src/gen'))).toStrictEqual(committed);
});

test('the committed descriptor is what the contract builds, as a file and as a module', { timeout: 60_000 }, () => {
  const built = join(out, 'tau.binpb');
  execFileSync('buf', ['build', '--exclude-source-info', '-o', built], { cwd: root, env });
  const committed = readFileSync(join(root, 'proto/tau.binpb'));
  expect(readFileSync(built).equals(committed)).toBe(true);
  expect(Buffer.from(descriptorSet()).equals(committed)).toBe(true);
});

test('the contract passes its lint, and breaks nothing that was released', { timeout: 60_000 }, () => {
  execFileSync('buf', ['lint'], { cwd: root, env });
  execFileSync('buf', ['breaking', 'proto', '--against', 'proto/released.binpb'], { cwd: root, env });
});
