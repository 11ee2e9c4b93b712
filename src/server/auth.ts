import { timingSafeEqual } from 'node:crypto';
import type { CallContext, ServerMiddleware, ServerMiddlewareCall } from 'nice-grpc';
import { tauError } from 'tau-core';

/** Asks every call for `authorization: Bearer <token>`; without a token of its own the server asks for none. */
export function bearerTokenMiddleware(token: string | undefined): ServerMiddleware {
  const expected = token === undefined ? undefined : Buffer.from(`Bearer ${token}`);
  return async function* bearerToken<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    if (expected !== undefined && !equal(expected, context.metadata.get('authorization'))) {
      throw tauError(
        'UNAUTHENTICATED',
        'this kernel asks for a token: set TAU_TOKEN, or give --token, to the one that it was started with',
      );
    }
    return yield* call.next(call.request, context);
  };
}

/** Compares in a time that tells nothing about where the texts differ. */
function equal(expected: Buffer, given: string | undefined): boolean {
  const bytes = Buffer.from(given ?? '');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
