import { afterEach, describe, expect, it } from 'vitest';
import { answerOn, head, open } from '../../test/raw-http.js';
import { deliver, deliveryHeaders, type Receiving, receiving } from '../../test/receiving.js';

const opened = JSON.stringify({ action: 'opened', issue: { number: 7 }, repository: { full_name: 'octo/shop' } });

let current: Receiving | undefined;

async function start(...options: Parameters<typeof receiving>): Promise<Receiving> {
  current = await receiving(...options);
  return current;
}

afterEach(async () => {
  await current?.receiver.close();
  current = undefined;
});

describe('a body over the limit', () => {
  const limits = { payloadBytesMax: 1_000 };
  const fits = `{"pad":"${'x'.repeat(990)}"}`;

  it('is refused by its announced size before any of it is read', async () => {
    const { receiver, memory } = await start({ limits });
    const socket = await open(receiver.port);
    socket.write(head({ ...(await deliveryHeaders(opened)), 'content-length': '1001' }));
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 413 .*TAU-5007.*--payload-max/s);
    expect(memory.events).toEqual([]);
    socket.destroy();
  });

  it('is refused by counting when it announces nothing', async () => {
    const { receiver, memory } = await start({ limits });
    const socket = await open(receiver.port);
    socket.write(head({ ...(await deliveryHeaders(opened)), 'transfer-encoding': 'chunked' }));
    const piece = `1f4\r\n${'x'.repeat(500)}\r\n`;
    socket.write(piece + piece + piece);
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 413 /);
    expect(memory.events).toEqual([]);
    socket.destroy();
  });

  it('answers a sender who asks first without reading on', async () => {
    const { receiver } = await start({ limits });
    const socket = await open(receiver.port);
    socket.write(head({ ...(await deliveryHeaders(opened)), 'content-length': '1001', expect: '100-continue' }));
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  it('lets a sender who asks first go on when it fits', async () => {
    const { receiver } = await start({ limits });
    const socket = await open(receiver.port);
    const length = String(Buffer.byteLength(opened));
    socket.write(head({ ...(await deliveryHeaders(opened)), 'content-length': length, expect: '100-continue' }));
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 100 /);
    socket.write(opened);
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 202 /);
    socket.destroy();
  });

  it('lets the sender of a large body read why', async () => {
    const { receiver } = await start({ limits });
    const response = await deliver(receiver.url, JSON.stringify({ pad: 'x'.repeat(5_000_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { id: 'TAU-5007' } });
  });

  it('is taken when it is as large as may be', async () => {
    const { receiver } = await start({ limits });
    expect(Buffer.byteLength(fits)).toBe(1_000);
    expect((await deliver(receiver.url, fits)).status).toBe(202);
  });
});
