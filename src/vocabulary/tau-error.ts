import { ERROR_CATALOGUE, type ErrorCode, type ErrorName } from './error-catalogue.js';
import type { JsonObject } from './json.js';

/** An error as plain data: what machines return, journals keep and the wire carries. */
export interface ErrorData {
  readonly code: ErrorCode;
  /** Catalogue id, e.g. "TAU-3001". */
  readonly id: string;
  /** One line for a person: what is wrong and what to do next. */
  readonly message: string;
  readonly outcome: 'not-done' | 'unknown';
  readonly retryable: boolean;
  /** How long the peer asked to wait before another try, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly details?: JsonObject;
  readonly cause?: ErrorData;
}

/** What a particular occurrence adds to (or, for a peer's own answer, overrides in) its catalogue entry. */
export interface ErrorOptions {
  readonly details?: JsonObject;
  readonly retryAfterMs?: number;
  readonly retryable?: boolean;
  readonly outcome?: 'not-done' | 'unknown';
  readonly cause?: ErrorData;
}

/** An error of the catalogue as data. */
export function errorData(name: ErrorName, message: string, options: ErrorOptions = {}): ErrorData {
  const { id, code, outcome, retryable } = ERROR_CATALOGUE[name];
  return { code, id, message, outcome, retryable, ...options };
}

/** The one class of error that TAU's doors throw. `data` has all of it; `name` in logs is its catalogue id. */
export class TauError extends Error {
  readonly data: ErrorData;

  constructor(data: ErrorData) {
    super(data.message);
    this.name = `TauError ${data.id}`;
    this.data = data;
  }

  /** Whether this is the catalogue's error of that name. */
  is(name: ErrorName): boolean {
    return this.data.id === ERROR_CATALOGUE[name].id;
  }
}

/** An error of the catalogue, to be thrown at a door. */
export function tauError(name: ErrorName, message: string, options: ErrorOptions = {}): TauError {
  return new TauError(errorData(name, message, options));
}

/** Any thrown value as error data: a TauError as it is, the rest under `fallback`. */
export function toErrorData(thrown: unknown, fallback: ErrorName = 'INTERNAL'): ErrorData {
  if (thrown instanceof TauError) return thrown.data;
  return errorData(fallback, messageOf(thrown));
}

/** What a thrown value says: some transports throw plain objects that are no errors. */
function messageOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  if ('message' in thrown && typeof thrown.message === 'string') return thrown.message;
  if ('details' in thrown && typeof thrown.details === 'string') return thrown.details;
  return JSON.stringify(thrown);
}
