import { type ClientError, ServerError, Status } from 'nice-grpc-common';
import type { ErrorCode, ErrorName } from '../vocabulary/error-catalogue.js';
import { type ErrorData, TauError, tauError } from '../vocabulary/tau-error.js';
import * as corev1 from './core-v1.js';
import { errorFromProto, errorToProto } from './error.js';

/** Trailing metadata key of the encoded `tau.core.v1.Error`. */
export const ERROR_TRAILER = 'tau-error-bin';

/** HTTP/2 peers refuse large trailers (many at 8 KiB, base64 included), and with them the whole answer. */
export const ERROR_TRAILER_BYTES_MAX = 4096;

/** Of a message, when the error as a whole is too large for the trailer. */
const MESSAGE_CHARS_MAX = 800;

/** The one table of codes and gRPC statuses. */
export const GRPC_STATUS: { readonly [Code in ErrorCode]: Status } = {
  invalid: Status.INVALID_ARGUMENT,
  'not-found': Status.NOT_FOUND,
  'already-exists': Status.ALREADY_EXISTS,
  conflict: Status.ABORTED,
  denied: Status.PERMISSION_DENIED,
  unauthenticated: Status.UNAUTHENTICATED,
  exhausted: Status.RESOURCE_EXHAUSTED,
  unavailable: Status.UNAVAILABLE,
  deadline: Status.DEADLINE_EXCEEDED,
  cancelled: Status.CANCELLED,
  unsupported: Status.UNIMPLEMENTED,
  internal: Status.INTERNAL,
};

/** What a status means that came without a TAU error: from a proxy, from the transport, or from another server. */
const NAME_OF_BARE_STATUS: { readonly [status: number]: ErrorName } = {
  [Status.INVALID_ARGUMENT]: 'INVALID_ARGUMENT',
  [Status.OUT_OF_RANGE]: 'INVALID_ARGUMENT',
  [Status.NOT_FOUND]: 'NOT_FOUND',
  [Status.ALREADY_EXISTS]: 'ALREADY_EXISTS',
  [Status.FAILED_PRECONDITION]: 'CONFLICT',
  [Status.ABORTED]: 'CONFLICT',
  [Status.PERMISSION_DENIED]: 'DENIED',
  [Status.UNAUTHENTICATED]: 'UNAUTHENTICATED',
  [Status.RESOURCE_EXHAUSTED]: 'LIMIT_EXCEEDED',
  [Status.UNIMPLEMENTED]: 'UNSUPPORTED',
};

/** The status and text of an error, as a server answers. The whole error goes into the trailer: `errorTrailer`. */
export function serverErrorFrom(error: TauError): ServerError {
  return new ServerError(GRPC_STATUS[error.data.code], wellFormed(error.data.message, MESSAGE_CHARS_MAX));
}

/** The trailer's bytes. An error too large for it loses its details and causes first, then the end of its message. */
export function errorTrailer(data: ErrorData): Uint8Array {
  const proto = errorToProto(data);
  const whole = corev1.Error.encode(proto).finish();
  if (whole.length <= ERROR_TRAILER_BYTES_MAX) return whole;
  const message = wellFormed(data.message, MESSAGE_CHARS_MAX);
  return corev1.Error.encode({ ...proto, message, detailsJson: '', cause: undefined }).finish();
}

/**
 * The error behind a failed call: the kernel's own when the trailer has it. Without one no kernel answered, and it is
 * UNREACHABLE, unless the status alone says more (unauthenticated, unimplemented, message too large, ...).
 */
export function tauErrorFromClientError(error: ClientError, trailer?: Uint8Array): TauError {
  const own = trailer && decoded(trailer);
  if (own !== undefined) return new TauError(own);
  const name = NAME_OF_BARE_STATUS[error.code];
  if (name !== undefined) return tauError(name, `${error.path}: ${error.details}`);
  return tauError(
    'UNREACHABLE',
    `no answer from the kernel (${error.details}): is it running? start it with "tau kernel start"`,
  );
}

function decoded(trailer: Uint8Array): ErrorData | undefined {
  try {
    return errorFromProto(corev1.Error.decode(trailer));
  } catch {
    return undefined;
  }
}

/** At most `charsMax` of a text, without halves of surrogate pairs: those cannot be sent as a gRPC message. */
function wellFormed(text: string, charsMax: number): string {
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}...` : text;
  return cut.replace(/\p{Surrogate}/gu, '\ufffd');
}
