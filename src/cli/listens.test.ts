import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { listens } from './listens.js';

test('tells whether a port is taken', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await listens(`127.0.0.1:${port}`)).toBe(true);
  expect(await listens(`http://127.0.0.1:${port}`)).toBe(true);
  server.close();
  await once(server, 'close');
  expect(await listens(`127.0.0.1:${port}`)).toBe(false);
});

test('tells whether a socket of this machine is taken', async () => {
  const path = join(temporaryFolder(), 'kernel.sock');
  expect(await listens(`unix://${path}`)).toBe(false);
  const server = createServer((socket) => socket.end()).listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(await listens(`unix://${path}`)).toBe(true);
});
