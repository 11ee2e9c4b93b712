import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metadata } from 'nice-grpc-common';
import { expect, onTestFinished, test } from 'vitest';
import { channelTo, kernelOf } from '../../test/client-fixture.js';
import { startScriptedKernel } from '../../test/scripted-kernel.js';
import { kernelv1 } from '../contract/index.js';
import { eventually } from '../testing/eventually.js';
import { tauError } from '../vocabulary/tau-error.js';
import { connectKernel } from './connect-kernel.js';

const info = kernelv1.GetInfoResponse.fromPartial({ version: '1.2.3' });

test('sends the token with unary calls and streams, and only when there is one', async () => {
  const seen: (string | undefined)[] = [];
  const address = await kernelOf({
    kernel: {
      getInfo: async (_request, { metadata }) => {
        seen.push(metadata.get('authorization'));
        return info;
      },
    },
    runs: {
      async *watchRun(_request, { metadata }) {
        seen.push(metadata.get('authorization'));
        yield { events: [], gap: undefined, end: true, progress: [] };
      },
    },
  });
  const known = channelTo(address, 'secret-token');
  await known.kernel.getInfo({});
  for await (const _ of known.runs.watchRun({ runId: 'r' }));
  await channelTo(address).kernel.getInfo({});
  expect(seen).toEqual(['Bearer secret-token', 'Bearer secret-token', undefined]);
});

test.each(['', 'two words', 'line\nbreak', 'umläut'])('a token that no header may hold is refused: "%s"', (token) => {
  expect(() => connectKernel({ token })).toThrow('check TAU_TOKEN');
});

test('without a kernel every call fails with UNREACHABLE and what to do next', async () => {
  const { kernel, events } = channelTo('127.0.0.1:1');
  const unreachable = {
    data: { id: 'TAU-1010', retryable: true },
    message: expect.stringContaining('"tau kernel start"'),
  };
  await expect(kernel.getInfo({})).rejects.toMatchObject(unreachable);
  const stream = events.subscribe({ sessionId: 's' })[Symbol.asyncIterator]();
  await expect(stream.next()).rejects.toMatchObject(unreachable);
});

test("gives the kernel's own error, whole", async () => {
  const details = { limit: 5 };
  const address = await kernelOf({
    runs: {
      getRun: async () => {
        throw tauError('QUEUE_FULL', 'wait a moment', { retryAfterMs: 250, details });
      },
    },
  });
  await expect(channelTo(address).runs.getRun({ runId: 'r' })).rejects.toMatchObject({
    data: { id: 'TAU-1008', code: 'exhausted', message: 'wait a moment', retryable: true, retryAfterMs: 250, details },
  });
});

test('finds a kernel that comes back on the same address', async () => {
  const first = await startScriptedKernel({ kernel: { getInfo: async () => info } });
  const { kernel } = channelTo(first.address);
  await kernel.getInfo({});
  first.stop();
  await expect(kernel.getInfo({})).rejects.toMatchObject({ data: { id: 'TAU-1010' } });
  const second = await startScriptedKernel({ kernel: { getInfo: async () => info } }, first.address);
  onTestFinished(() => second.stop());
  const answer = await eventually(() => kernel.getInfo({}), { what: 'the second kernel' });
  expect(answer.version).toBe('1.2.3');
});

test('speaks over a unix socket', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tau-client-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const address = `unix://${join(folder, 'kernel.sock')}`;
  const kernel = await startScriptedKernel({ kernel: { getInfo: async () => info } }, address);
  onTestFinished(() => kernel.stop());
  expect(await channelTo(address).kernel.getInfo({})).toMatchObject({ version: '1.2.3' });
});

test('carries messages of 8 MiB less a little, and refuses larger ones without breaking', async () => {
  const address = await kernelOf({
    definitions: {
      putDefinition: async ({ source }) => ({ definition: undefined, diagnostics: [], changed: source.length > 0 }),
    },
  });
  const { definitions } = channelTo(address);
  const put = (length: number) => definitions.putDefinition({ name: 'n', program: 'p', source: 'x'.repeat(length) });
  await expect(put(9 * 1024 * 1024)).rejects.toMatchObject({ data: { id: 'TAU-1007' } });
  await expect(put(3 * 1024 * 1024)).resolves.toMatchObject({ changed: true });
});

test('close cuts what is in flight and refuses what comes after, for good', async () => {
  let streamEnded = false;
  const address = await kernelOf({
    kernel: { getInfo: () => new Promise(() => undefined) },
    runs: {
      async *watchRun(_request, { signal }) {
        signal.addEventListener('abort', () => {
          streamEnded = true;
        });
        yield { events: [], gap: undefined, end: false, progress: [] };
        await new Promise(() => undefined);
      },
    },
  });
  const channel = channelTo(address);
  const stream = channel.runs.watchRun({ runId: 'r' })[Symbol.asyncIterator]();
  await stream.next();
  const waiting = [channel.kernel.getInfo({}), stream.next()];
  channel.close();
  channel.close();
  const closed = { data: { id: 'TAU-1010', retryable: false }, message: expect.stringContaining('was closed here') };
  for (const call of [...waiting, channel.kernel.getInfo({})]) await expect(call).rejects.toMatchObject(closed);
  await eventually(() => streamEnded, { what: 'the end of the stream at the kernel' });
});

test('an abort of one call is an AbortError, and leaves the others alone', async () => {
  const abort = new AbortController();
  const address = await kernelOf({
    kernel: {
      getInfo: (_request, { metadata }) =>
        metadata.has('hang') ? new Promise(() => undefined) : Promise.resolve(info),
    },
  });
  const { kernel } = channelTo(address);
  const hanging = kernel.getInfo({}, { signal: abort.signal, metadata: Metadata({ hang: '1' }) });
  abort.abort();
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
  expect(await kernel.getInfo({})).toMatchObject({ version: '1.2.3' });
});
