import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERROR_CATALOGUE, type ErrorData, type ErrorName, type JsonObject } from 'tau-core';
import { DISCARD_BYTES_MAX } from './limits.js';

/** An HTTP answer before it is written. The body is JSON. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that says what is wrong and what to do about it, under the catalogue's id. */
export function refusal(status: number, name: ErrorName, message: string, headers?: Answer['headers']): Answer {
  return errorAnswer(status, { id: ERROR_CATALOGUE[name].id, message }, headers);
}

/** An answer that passes an error on. */
export function errorAnswer(
  status: number,
  { id, message }: Pick<ErrorData, 'id' | 'message'>,
  headers: Answer['headers'] = {},
): Answer {
  return { status, body: { error: { id, message } }, headers };
}

/** A 503 that names the time after which another try is worth it. */
export function unavailable(name: ErrorName, message: string, retryAfterMs: number): Answer {
  return refusal(503, name, message, retryAfter(retryAfterMs));
}

/** The header for a time to wait; whole seconds, at least one. */
export function retryAfter(ms: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) };
}

/** Writes an answer; nothing happens when the sender has gone away. */
export function writeAnswer(response: ServerResponse, answer: Answer): void {
  if (response.headersSent || response.destroyed) return;
  const text = `${JSON.stringify(answer.body)}\n`;
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Reads on and drops what is left of a body that nobody wants. A connection that is closed under a sender who still
 * sends is reset, and the sender never sees why; beyond `DISCARD_BYTES_MAX` that is accepted.
 */
export function discardBody(request: IncomingMessage): void {
  let bytes = 0;
  request.removeAllListeners('data');
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARD_BYTES_MAX) request.destroy();
  });
  request.resume();
}
