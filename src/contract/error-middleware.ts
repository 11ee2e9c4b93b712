import {
  type CallContext,
  type CallOptions,
  ClientError,
  type ClientMiddleware,
  type ClientMiddlewareCall,
  ServerError,
  type ServerMiddleware,
  type ServerMiddlewareCall,
} from 'nice-grpc-common';
import { TauError, toErrorData } from '../vocabulary/tau-error.js';
import { ERROR_TRAILER, errorTrailer, serverErrorFrom, tauErrorFromClientError } from './grpc-status.js';

/**
 * Server middleware: a thrown TauError becomes its status and its trailer. Whatever else is thrown becomes INTERNAL,
 * after `onUnexpected` was told of it. Cancelled calls and errors that already are gRPC's pass as they are.
 */
export function tauErrorMiddleware(onUnexpected?: (thrown: unknown, path: string) => void): ServerMiddleware {
  return async function* tauErrors<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    try {
      return yield* call.next(call.request, context);
    } catch (thrown) {
      if (isAbortError(thrown) || thrown instanceof ServerError) throw thrown;
      if (!(thrown instanceof TauError)) onUnexpected?.(thrown, call.method.path);
      const data = toErrorData(thrown);
      context.trailer.set(ERROR_TRAILER, errorTrailer(data));
      throw serverErrorFrom(thrown instanceof TauError ? thrown : new TauError(data));
    }
  };
}

/** Client middleware: a failed call throws the TauError that its trailer brings, or UNREACHABLE. Aborts pass as they are. */
export const tauClientErrorMiddleware: ClientMiddleware = async function* tauClientErrors<Request, Response>(
  call: ClientMiddlewareCall<Request, Response>,
  options: CallOptions,
): AsyncGenerator<Response, Response | void, undefined> {
  let trailer: Uint8Array | undefined;
  try {
    return yield* call.next(call.request, {
      ...options,
      onTrailer: (metadata) => {
        trailer = metadata.get(ERROR_TRAILER);
        options.onTrailer?.(metadata);
      },
    });
  } catch (thrown) {
    throw thrown instanceof ClientError ? tauErrorFromClientError(thrown, trailer) : thrown;
  }
};

/** Whether a thrown value says that its call was aborted, by any library's class for that. */
export function isAbortError(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
