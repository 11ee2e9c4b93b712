import type { IncomingMessage, ServerResponse } from 'node:http';
import { type JsonObject, toErrorData } from 'tau-core';
import { type Acceptance, acceptDelivery } from './accept-delivery.js';
import { type Answer, discardBody, refusal, unavailable, writeAnswer } from './answer.js';
import { readBody } from './body.js';
import type { Gate } from './gate.js';
import { checkHeaders, type ReceiverPaths, routeOf, tooLarge } from './request-checks.js';

/** What answering a request needs. */
export interface Responding extends Acceptance {
  readonly paths: ReceiverPaths;
  readonly gate: Gate;
  readonly health: () => JsonObject;
}

/** One request and its response. `proceed` lets a sender go on that waits for leave to send its body. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly proceed: () => void;
}

/** Answers a request, whatever it is and whatever goes wrong. Never rejects. */
export async function respond(exchange: Exchange, responding: Responding): Promise<void> {
  const { request, response } = exchange;
  response.on('error', () => undefined);
  const answer = await answerTo(exchange, responding).catch((error: unknown): Answer => {
    responding.onProblem(toErrorData(error));
    return refusal(500, 'INTERNAL', 'a bug in the receiver; its log has the details');
  });
  // Who waited for leave to send may or may not send all the same: the connection cannot be used on.
  if (responding.gate.closed || request.headers.expect !== undefined) response.setHeader('connection', 'close');
  writeAnswer(response, answer);
  if (!request.complete) discardBody(request);
}

async function answerTo(exchange: Exchange, responding: Responding): Promise<Answer> {
  const route = routeOf(exchange.request, responding.paths);
  if (route === 'delivery') return answerToDelivery(exchange, responding);
  if (route !== 'health') return route;
  return { status: 200, body: { status: 'ok', inFlight: responding.gate.inside, ...responding.health() } };
}

async function answerToDelivery(exchange: Exchange, responding: Responding): Promise<Answer> {
  const { request, response, proceed } = exchange;
  const { limits, gate, clock } = responding;
  const headers = checkHeaders(request, limits.payloadBytesMax);
  if ('status' in headers) return headers;
  const shut = gate.enter();
  if (shut === 'closed') return unavailable('DRAINING', 'the receiver is about to stop', limits.retryAfterMs);
  if (shut === 'full') {
    const message = `${gate.inside} deliveries are in flight, the most there may be`;
    return unavailable('QUEUE_FULL', message, limits.retryAfterMs);
  }
  // Not when the answer is found but when it is out, or its reader is gone.
  response.once('close', () => gate.leave());
  const arrivedAt = clock.now();
  proceed();
  const body = await readBody(request, limits.payloadBytesMax);
  if (body.kind === 'too-large') return tooLarge(limits.payloadBytesMax);
  if (body.kind === 'cut') return refusal(400, 'INVALID_ARGUMENT', 'the body ended before its end');
  const remoteAddress = request.socket.remoteAddress;
  const forwardedFor = request.headers['x-forwarded-for']?.toString();
  return acceptDelivery({ ...headers, bytes: body.bytes, arrivedAt, remoteAddress, forwardedFor }, responding);
}
