import { type AddressInfo, connect, createServer } from 'node:net';
import { eventually, seededRandom } from 'tau-core/testing';
import { expect, test } from 'vitest';
import { CuttingProxy } from './cutting-proxy.ts';

const TEXT = 'x'.repeat(1_000);

/** Connects, reads to the end, and gives how many bytes came. */
function bytesRead(address: string): Promise<number> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = connect(Number(port), host);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('close', () => resolve(bytes));
  });
}

test('connections are cut at the bytes that the seed says, and at the limit no more', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).end(TEXT));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const proxy = await CuttingProxy.start({ port, random: seededRandom(3), bytesMax: 500, cutsMax: 5 });
  expect(await bytesRead(proxy.address)).toBe(TEXT.length);
  proxy.arm();
  const expected = seededRandom(3);
  for (let cut = 0; cut < 5; cut += 1) expect(await bytesRead(proxy.address)).toBe(1 + expected.int(500));
  expect(proxy.cuts).toBe(5);
  expect(await bytesRead(proxy.address)).toBe(TEXT.length);
  await proxy.close();
  server.close();
  await eventually(() => !server.listening);
});
