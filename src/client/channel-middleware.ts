import { setMaxListeners } from 'node:events';
import { type CallOptions, type ClientMiddleware, type ClientMiddlewareCall, Metadata } from 'nice-grpc-common';
import { isAbortError } from '../contract/error-middleware.js';
import { tauError } from '../vocabulary/tau-error.js';

/** Visible ASCII: what may stand in a header. */
const TOKEN_PATTERN = /^[\x21-\x7e]{1,8192}$/;

/**
 * Client middleware that sends `authorization: Bearer <token>` with every call.
 *
 * @throws TauError INVALID_ARGUMENT when the token cannot stand in a header.
 */
export function bearerTokenMiddleware(token: string): ClientMiddleware {
  if (!TOKEN_PATTERN.test(token)) {
    throw tauError(
      'INVALID_ARGUMENT',
      'the token is empty, or has a character that no header may hold: check TAU_TOKEN',
    );
  }
  const authorization = `Bearer ${token}`;
  return (call, options) =>
    call.next(call.request, {
      ...options,
      metadata: Metadata(options.metadata).set('authorization', authorization),
    });
}

/** Ends the calls of a channel that is closed. */
export interface CallCloser {
  readonly middleware: ClientMiddleware;
  /** Cuts every call in flight; later calls fail. Calling it again does nothing. */
  close(): void;
}

/** Makes the closer of one channel: gRPC's own `close` lets calls in flight run on, and their streams with them. */
export function callCloser(): CallCloser {
  const closing = new AbortController();
  // One listener for each call in flight, taken away when it ends: many are no leak.
  setMaxListeners(0, closing.signal);
  const middleware = async function* closable<Request, Response>(
    call: ClientMiddlewareCall<Request, Response>,
    options: CallOptions,
  ): AsyncGenerator<Response, Response | void, undefined> {
    if (closing.signal.aborted) throw closedError();
    const signal = options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]);
    try {
      return yield* call.next(call.request, { ...options, signal });
    } catch (thrown) {
      const byClose = closing.signal.aborted && options.signal?.aborted !== true;
      throw byClose && isAbortError(thrown) ? closedError() : thrown;
    }
  };
  return { middleware, close: () => closing.abort() };
}

/** Not retryable, unlike other causes of UNREACHABLE: this channel stays closed. */
function closedError(): Error {
  return tauError('UNREACHABLE', 'the channel to the kernel was closed here: connect again', { retryable: false });
}
