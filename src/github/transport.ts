import { type Clock, later } from 'tau-core';

/** How a request failed that got no answer. */
export type TransportFailure = 'not-reached' | 'cut' | 'timeout' | 'aborted';

/** A request that got no answer, or half of one. */
export class TransportError extends Error {
  readonly failure: TransportFailure;

  constructor(failure: TransportFailure, message: string) {
    super(message);
    // By this name Octokit hands an abort through as it is, and its plugins do not try again.
    this.name = failure === 'aborted' ? 'AbortError' : 'TransportError';
    this.failure = failure;
  }
}

/** What requests go through. */
export interface TransportOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number;
  /** Bytes of one answer. */
  readonly answerBytesMax: number;
}

/** A fetch for one call (which may send more than once, where that is safe), and what is known of it. */
export interface TracedFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Whether GitHub may have done what was asked: something was sent, and was not refused. */
  readonly mayBeDone: boolean;
}

/**
 * A fetch that ends: at the timeout, at the signal, or with the whole answer in memory. An answer that breaks off is a
 * failure here, where Octokit would take it for an empty one.
 */
export function tracedFetch(signal: AbortSignal, options: TransportOptions): TracedFetch {
  let mayBeDone = false;
  return {
    get mayBeDone() {
      return mayBeDone;
    },
    fetch: async (input, init) => {
      if (signal.aborted) throw new TransportError('aborted', 'stopped before it was sent');
      const timeout = new AbortController();
      const timer = options.clock.at(later(options.clock.now(), options.timeoutMs), () => timeout.abort());
      mayBeDone = true;
      try {
        const response = await options.fetch(input, { ...init, signal: AbortSignal.any([signal, timeout.signal]) });
        const body = await wholeBody(response, options.answerBytesMax);
        if (response.status >= 400 && response.status < 500) mayBeDone = false;
        const { status, statusText, headers } = response;
        return new Response(body, { status, statusText, headers });
      } catch (error) {
        const failure = failureOf(error, signal, timeout.signal, options.timeoutMs);
        if (failure.failure === 'not-reached') mayBeDone = false;
        throw failure;
      } finally {
        timer.cancel();
      }
    },
  };
}

async function wholeBody(response: Response, bytesMax: number): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TransportError('cut', `the answer is over ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  // A status such as 204 allows no body at all, not even an empty one.
  return bytes === 0 ? null : new Uint8Array(Buffer.concat(chunks, bytes));
}

/** Codes of errors before the first byte of a request could leave. */
const NOT_REACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function failureOf(error: unknown, signal: AbortSignal, timeout: AbortSignal, timeoutMs: number): TransportError {
  if (error instanceof TransportError) return error;
  if (signal.aborted) return new TransportError('aborted', 'stopped while under way');
  if (timeout.aborted) return new TransportError('timeout', `no whole answer within ${timeoutMs} ms`);
  // fetch says no more than "fetch failed"; what happened is in its cause.
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code = codeOf(cause);
  const message = cause instanceof Error && cause.message !== '' ? cause.message : String(code ?? cause);
  const neverLeft = message === BAD_PORT || (code !== undefined && NOT_REACHED.has(code));
  return new TransportError(neverLeft ? 'not-reached' : 'cut', message);
}

/** How fetch says, without a code, that it does not connect to a port that the web keeps for something else. */
const BAD_PORT = 'bad port';

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
