import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders, LIBRARIES } from '../testing/sandbox.ts';
import type { BundleReport } from './bundle.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('released', folders);
});

afterAll(() => folders.remove());

test('the archive has each pinned library inside, as it is at its release', async () => {
  const clone = folders.copy(base);
  await clone.commit('feat(tau-core): not released', { 'tau-core/src/later.ts': 'export {};\n' });
  const dry = await clone.did<BundleReport>('bundle', '--output', '../sources.tar.gz');
  expect(existsSync(dry.file)).toBe(false);
  const report = await clone.did<BundleReport>('bundle', '--output', '../sources.tar.gz', '--yes');
  expect(report.pins).toEqual({ 'tau-core': '0.1.0', 'tau-ext-local': '0.1.0', 'tau-orchestrate': '0.1.0' });
  const to = folders.next();
  execFileSync('tar', ['-xzf', report.file, '-C', to]);
  const top = join(to, `tau-${(await clone.head()).slice(0, 12)}`);
  for (const library of LIBRARIES) {
    expect(readFileSync(join(top, 'pins', library, 'package.json'), 'utf8')).toContain(`"name": "${library}"`);
  }
  expect(existsSync(join(top, 'tau-core/src/later.ts'))).toBe(true);
  expect(existsSync(join(top, 'pins/tau-core/src/later.ts'))).toBe(false);
  expect(existsSync(join(top, '.git'))).toBe(false);
  expect((await clone.umbrella('bundle', '--output', '../sources.tar.gz', '--yes')).err).toMatch(
    /exists already\n {2}next: remove it/,
  );
});

test('the same commit gives the same bytes, whoever makes the archive and wherever', async () => {
  const fork = await base.clone('fork', '--no-tags');
  await fork.git.run('config', 'tar.umask', '0077');
  await fork.git.run('config', 'user.name', 'Somebody Else');
  const [one, other] = [await base.did<BundleReport>('bundle'), await fork.did<BundleReport>('bundle')];
  expect(other.sha256).toBe(one.sha256);
  expect(other.tarSha256).toBe(one.tarSha256);
});
