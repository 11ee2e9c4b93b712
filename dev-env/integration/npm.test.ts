import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';
import { freePort } from '../src/harness/ports.ts';
import { Npm, npmSettings, requireRegistry } from './npm.ts';

const folder = mkdtempSync(join(tmpdir(), 'tau-npm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a registry that does not answer stops everything, in one line', async () => {
  const env = { ...process.env, npm_config_registry: `http://127.0.0.1:${await freePort()}/` };
  await expect(requireRegistry(env)).rejects.toThrow(/^the npm registry does not answer \(ECONNREFUSED\)$/);
});

test.each([401, 403])('so does one that refuses with %i', async (status) => {
  const server = createServer((_, response) => response.writeHead(status).end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const asked = requireRegistry({ ...process.env, npm_config_registry: registry });
  await expect(asked).rejects.toThrow(`the npm registry refuses (E${status})`);
  server.close();
});

test('the registry is the one that npm is set to', async () => {
  const registry = 'https://registry.example.org/npm/';
  const settings = await npmSettings({ ...process.env, npm_config_registry: registry, npm_config_strict_ssl: 'false' });
  expect(settings).toMatchObject({ registry, strictSsl: false });
  expect(settings.cache).not.toBe('');
});

test("a stranger's npm sees nothing of the umbrella, nor of the npm around this process", async () => {
  const npm = Npm.make(folder, 'http://127.0.0.1:4873/', join(folder, 'cache'));
  const names = Object.keys(npm.env).filter((name) => /^(npm_|vitest|node_env)/i.test(name));
  expect(names).toEqual(['npm_config_userconfig']);
  const paths = (npm.env['PATH'] ?? '').split(delimiter);
  expect(paths.filter((path) => path.startsWith(ROOT))).toEqual([]);
  expect((await npm.run(folder, 'config', 'get', 'registry')).trim()).toBe('http://127.0.0.1:4873/');
  expect((await npm.node(folder, '--version')).trim()).toBe(process.version);
});
