import { RequestError } from '@octokit/request-error';
import { type ErrorOptions, type Instant, TauError, tauError } from 'tau-core';
import { TransportError } from './transport.js';

/** What is known of a call when it fails. */
export interface FailedCall {
  readonly kind: 'read' | 'write';
  /** What was asked for, e.g. `comment on octo/shop#7`; opens the message. */
  readonly what: string;
  readonly apiUrl: string;
  /** Whether GitHub may have done it. */
  readonly mayBeDone: boolean;
  readonly now: Instant;
}

/** A limit that names no time is over after a minute, as GitHub says. */
const RATE_LIMIT_WAIT_MS = 60_000;

/**
 * What Octokit threw, as an error of the catalogue. A read leaves nothing unknown; a write does, unless GitHub
 * refused it or was never reached.
 */
export function githubError(thrown: unknown, call: FailedCall): TauError {
  if (thrown instanceof TauError) return thrown;
  const outcome = call.kind === 'write' && call.mayBeDone ? 'unknown' : 'not-done';
  if (thrown instanceof TransportError) return unreachable(thrown, call, outcome);
  if (!(thrown instanceof RequestError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return tauError('HANDLER_FAILED', `${call.what}: ${message}`, { outcome });
  }
  if (thrown.cause instanceof TransportError) return unreachable(thrown.cause, call, outcome);
  const details = { status: thrown.status };
  if (thrown.status >= 500) {
    const message = `${call.what}: GitHub answered ${thrown.status}`;
    return tauError('GITHUB_UNREACHABLE', message, { outcome, details });
  }
  return refused(thrown, call, details);
}

function unreachable(error: TransportError, call: FailedCall, outcome: 'not-done' | 'unknown'): TauError {
  const ending = outcome === 'unknown' ? '; it may have been done all the same' : '';
  const message = `${call.what}: no answer from ${call.apiUrl} (${error.message})${ending}`;
  return tauError('GITHUB_UNREACHABLE', message, { outcome, details: { failure: error.failure } });
}

function refused(error: RequestError, call: FailedCall, details: { readonly status: number }): TauError {
  const retryAfterMs = rateLimitedFor(error, call.now);
  if (retryAfterMs !== undefined) {
    const message = `${call.what}: GitHub's rate limit is used up for ${Math.ceil(retryAfterMs / 1_000)} s`;
    return tauError('GITHUB_RATE_LIMITED', message, { retryAfterMs, details });
  }
  const said = `${call.what}: GitHub answered ${error.status} (${error.message})`;
  const options: ErrorOptions = { details };
  switch (error.status) {
    case 401:
      return tauError('GITHUB_UNAUTHENTICATED', `${said}; check GITHUB_TOKEN, it may have expired`, options);
    case 403:
      return tauError('GITHUB_UNAUTHENTICATED', `${said}; the token lacks a permission that this needs`, options);
    case 404:
      return tauError('GITHUB_NOT_FOUND', `${said}; it is not there, or the token may not see it`, options);
    default:
      return tauError('GITHUB_REFUSED', said, options);
  }
}

/** How long a rate limit lasts, when that is why GitHub refused. Its three signs are in its documentation. */
function rateLimitedFor(error: RequestError, now: Instant): number | undefined {
  if (error.status !== 403 && error.status !== 429) return undefined;
  const headers = error.response?.headers ?? {};
  const retryAfterS = Number(headers['retry-after']);
  if (Number.isFinite(retryAfterS) && retryAfterS > 0) return retryAfterS * 1_000;
  if (headers['x-ratelimit-remaining'] === '0') {
    const resetMs = Number(headers['x-ratelimit-reset']) * 1_000;
    return Number.isFinite(resetMs) ? Math.max(1_000, resetMs - now) : RATE_LIMIT_WAIT_MS;
  }
  return error.status === 429 || /secondary rate limit/i.test(error.message) ? RATE_LIMIT_WAIT_MS : undefined;
}
