import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../src/harness/ports.ts';
import { requireFreePort, verdaccioSettings } from './registry.ts';

const UPSTREAM = {
  registry: 'https://registry.example.org/',
  cache: '/cache',
  strictSsl: true,
  cafile: '',
  httpProxy: '',
  httpsProxy: 'http://proxy.example.org:3128/',
  noProxy: '',
};

test('a port that is taken stops everything', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await expect(requireFreePort(port)).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  await new Promise((resolve) => server.close(resolve));
  await expect(requireFreePort(port)).resolves.toBeUndefined();
});

test('libraries are never asked for elsewhere, and everything else comes from where npm is set to', () => {
  const text = verdaccioSettings({ folder: '/work', port: 4873, own: ['tau-core'], upstream: UPSTREAM });
  const settings = parse(text) as {
    readonly uplinks: { readonly upstream: { readonly url: string } };
    readonly packages: Readonly<Record<string, { readonly proxy?: string; readonly publish?: string }>>;
  };
  expect(settings.uplinks.upstream.url).toBe(UPSTREAM.registry);
  expect(Object.keys(settings.packages)).toEqual(['tau-core', '**']);
  expect(settings.packages['tau-core']?.proxy).toBeUndefined();
  expect(settings.packages['**']).toEqual({ access: '$all', proxy: 'upstream' });
  expect(settings).toMatchObject({ https_proxy: UPSTREAM.httpsProxy });
  expect(settings).not.toHaveProperty('http_proxy');
});
