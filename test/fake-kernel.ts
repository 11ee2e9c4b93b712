import { tauError } from 'tau-core';
import type { KernelChannel } from 'tau-core/client';

/** Answers by `<service>.<method>`, e.g. `runs.startRun`: a message, a stream of them, or an error that is thrown. */
export interface FakeAnswers {
  readonly [method: string]: (request: never, options: { readonly signal?: AbortSignal }) => unknown;
}

/** A kernel that answers what a test tells it to, in the contract's own messages. */
export interface FakeKernel {
  readonly channel: KernelChannel;
  /** What it was asked, in order. */
  readonly calls: { readonly method: string; readonly request: unknown }[];
  readonly isClosed: () => boolean;
}

export function fakeKernel(answers: FakeAnswers): FakeKernel {
  const calls: { method: string; request: unknown }[] = [];
  let closed = false;
  const call = (method: string, request: unknown, options: { signal?: AbortSignal } = {}): unknown => {
    calls.push({ method, request });
    const answer = answers[method];
    if (answer === undefined) throw tauError('UNSUPPORTED', `the test has no answer to ${method}`);
    return answer(request as never, options);
  };
  const service = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_target, method) => (request: unknown, options?: { signal?: AbortSignal }) => {
          const answer = attempt(() => call(`${name}.${String(method)}`, request, options));
          return answer.ok && isStream(answer.value) ? untilAborted(answer.value, options?.signal) : settle(answer);
        },
      },
    );
  const names = ['kernel', 'sessions', 'definitions', 'runs', 'events', 'extensions', 'admin'];
  const channel = {
    ...Object.fromEntries(names.map((name) => [name, service(name)])),
    close: () => {
      closed = true;
    },
  } as unknown as KernelChannel;
  return { channel, calls, isClosed: () => closed };
}

type Attempt = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

function attempt(action: () => unknown): Attempt {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    return { ok: false, error };
  }
}

async function settle(answer: Attempt): Promise<unknown> {
  if (answer.ok) return answer.value;
  throw answer.error;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** An abort ends a call at once, whatever its server does: so do real channels. */
async function* untilAborted(stream: AsyncIterable<unknown>, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => undefined);
  const iterator = stream[Symbol.asyncIterator]();
  for (;;) {
    signal?.throwIfAborted();
    const next = await Promise.race([iterator.next(), aborted]);
    if (next.done) return;
    yield next.value;
  }
}
