import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixture } from '../testing/fixtures.ts';
import { type Clone, Folders } from '../testing/sandbox.ts';

const folders = new Folders();
let base: Clone;

beforeAll(async () => {
  base = await fixture('fresh', folders);
});

afterAll(() => folders.remove());

const RELEASE = ['release', 'tau-core', '--first', '0.1.0', '--yes'];

/** A clone whose owner signs with an SSH key, and trusts it. */
async function signer(): Promise<Clone> {
  const clone = folders.copy(base);
  const key = join(folders.next(), 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  writeFileSync(
    `${key}.allowed`,
    `rita@example.org ${execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' })}`,
  );
  await clone.git.run('config', 'gpg.format', 'ssh');
  await clone.git.run('config', 'gpg.ssh.allowedSignersFile', `${key}.allowed`);
  await clone.git.run('config', 'user.signingKey', `${key}.pub`);
  return clone;
}

test('where a key is named, tags are signed, and commits as their owner has it', async () => {
  const clone = await signer();
  await clone.git.run('config', 'commit.gpgSign', 'true');
  await clone.did(...RELEASE);
  await clone.git.run('verify-tag', 'tau-core@v0.1.0');
  await clone.git.run('verify-commit', 'HEAD');
  await clone.did('pin', 'tau-core', '--yes');
  await clone.git.run('verify-commit', 'HEAD');
  await clone.did('verify');
});

test('--no-sign leaves the tag unsigned', async () => {
  const clone = await signer();
  await clone.did(...RELEASE, '--no-sign');
  expect(await clone.git.succeeds('verify-tag', 'tau-core@v0.1.0')).toBe(false);
});

test('with a key that is not here, nothing is released', async () => {
  const clone = await signer();
  await clone.git.run('config', 'user.signingKey', join(folders.root, 'no such key.pub'));
  const before = await clone.fingerprint();
  const { code, err } = await clone.umbrella(...RELEASE);
  expect(code).toBe(1);
  expect(err).toMatch(
    /tau-core@v0\.1\.0 could not be signed: [\s\S]*\n {2}next: name a key that is here .* --no-sign\n$/,
  );
  expect(await clone.fingerprint()).toBe(before);
});
