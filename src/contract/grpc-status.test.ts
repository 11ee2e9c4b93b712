import { createChannel, createClientFactory, createServer } from 'nice-grpc';
import { type CallContext, ServerError, Status } from 'nice-grpc-common';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE, type ErrorName } from '../vocabulary/error-catalogue.js';
import { type ErrorData, errorData, TauError } from '../vocabulary/tau-error.js';
import { isAbortError, tauClientErrorMiddleware, tauErrorMiddleware } from './error-middleware.js';
import { ERROR_TRAILER, ERROR_TRAILER_BYTES_MAX, errorTrailer, GRPC_STATUS } from './grpc-status.js';
import { EventServiceDefinition, type EventServiceImplementation, type PublishEventResponse } from './kernel-v1.js';

let fail: (context: CallContext) => Promise<never>;
const unexpected: [unknown, string][] = [];

const service: EventServiceImplementation = {
  publishEvent: (_, context) => fail(context),
  async *publishEvents(_, context) {
    yield { acks: [] };
    await fail(context);
  },
  async *subscribe(_, context) {
    yield { events: [], gap: undefined, position: 1 };
    await fail(context);
  },
};

const server = createServer().use(tauErrorMiddleware((thrown, path) => unexpected.push([thrown, path])));
server.add(EventServiceDefinition, service);
const port = await server.listen('127.0.0.1:0');
const channel = createChannel(`127.0.0.1:${port}`);
const client = createClientFactory().use(tauClientErrorMiddleware).create(EventServiceDefinition, channel);
const closed = createChannel('127.0.0.1:1');

afterAll(async () => {
  channel.close();
  closed.close();
  await server.shutdown();
});

beforeEach(() => {
  unexpected.length = 0;
});

async function* never(): AsyncGenerator<never> {
  await new Promise(() => {});
}

const CALLS = {
  unary: (signal?: AbortSignal): Promise<PublishEventResponse> =>
    client.publishEvent({}, { ...(signal && { signal }) }),
  'server stream': async (signal?: AbortSignal): Promise<void> => {
    for await (const _ of client.subscribe({}, { ...(signal && { signal }) }));
  },
  'both ways': async (signal?: AbortSignal): Promise<void> => {
    for await (const _ of client.publishEvents(never(), { ...(signal && { signal }) }));
  },
};

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('the call must fail'),
    (thrown: unknown) => thrown,
  );
}

async function dataOf(promise: Promise<unknown>): Promise<ErrorData> {
  const thrown = await thrownBy(promise);
  expect(thrown).toBeInstanceOf(TauError);
  return (thrown as TauError).data;
}

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  test('brings every error of the catalogue whole', async () => {
    for (const name of Object.keys(ERROR_CATALOGUE) as ErrorName[]) {
      const data = errorData(name, `es fehlt „${name}" 💥`, {
        details: { name },
        cause: errorData('INTERNAL', 'root'),
      });
      fail = () => Promise.reject(new TauError(data));
      expect(await dataOf(call())).toStrictEqual(data);
    }
    expect(unexpected).toStrictEqual([]);
  });

  test('brings what is no TauError as INTERNAL, and the server hears of it', async () => {
    const bug = new RangeError('index 7');
    fail = () => Promise.reject(bug);
    expect(await dataOf(call())).toStrictEqual(errorData('INTERNAL', 'index 7'));
    expect(unexpected).toStrictEqual([[bug, expect.stringContaining('/tau.kernel.v1.EventService/')]]);
  });

  test('throws an AbortError when its own signal aborts it', async () => {
    const own = new AbortController();
    fail = async ({ signal }) => {
      own.abort();
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    expect(isAbortError(await thrownBy(call(own.signal)))).toBe(true);
    expect(unexpected).toStrictEqual([]);
  });

  test('survives an error too large for a trailer', async () => {
    const long = `${'a'.repeat(799)}💥${'b'.repeat(50_000)}`;
    fail = () => Promise.reject(new TauError(errorData('INVALID_ARGUMENT', long, { details: { long } })));
    const data = await dataOf(call());
    expect(data).toStrictEqual(errorData('INVALID_ARGUMENT', `${'a'.repeat(799)}\ufffd...`));
  });

  test("passes an error that is gRPC's own, by what its status says", async () => {
    fail = () => Promise.reject(new ServerError(Status.UNAUTHENTICATED, 'no token'));
    expect(await dataOf(call())).toMatchObject({ id: ERROR_CATALOGUE.UNAUTHENTICATED.id });
    fail = () => Promise.reject(new ServerError(Status.UNAVAILABLE, 'proxy'));
    expect(await dataOf(call())).toMatchObject({ id: ERROR_CATALOGUE.UNREACHABLE.id, outcome: 'unknown' });
  });

  test('falls back to the status when the trailer is not an error', async () => {
    fail = (context) => {
      context.trailer.set(ERROR_TRAILER, new Uint8Array([0xff, 0xff, 0xff]));
      return Promise.reject(new ServerError(Status.NOT_FOUND, 'no such thing'));
    };
    expect(await dataOf(call())).toMatchObject({ id: ERROR_CATALOGUE.NOT_FOUND.id });
  });
});

describe('no kernel', () => {
  test('is UNREACHABLE, and the message says what to do', async () => {
    const nobody = createClientFactory().use(tauClientErrorMiddleware).create(EventServiceDefinition, closed);
    const data = await dataOf(nobody.publishEvent({}));
    expect(data).toMatchObject({ id: ERROR_CATALOGUE.UNREACHABLE.id, retryable: true });
    expect(data.message).toContain('start it with "tau kernel start"');
  });
});

test('each code has one status, and no two codes share one', () => {
  expect(new Set(Object.values(GRPC_STATUS)).size).toBe(Object.keys(GRPC_STATUS).length);
});

test('a trailer never exceeds its limit', () => {
  const data = errorData('INTERNAL', '💥'.repeat(20_000), { cause: errorData('INTERNAL', 'x'.repeat(20_000)) });
  expect(errorTrailer(data).length).toBeLessThanOrEqual(ERROR_TRAILER_BYTES_MAX);
});
