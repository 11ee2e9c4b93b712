import type { IncomingMessage } from 'node:http';
import { type Answer, refusal } from './answer.js';

/** Where deliveries and questions about health go. */
export interface ReceiverPaths {
  readonly webhooks: string;
  readonly health: string;
}

/** What a request asks for, by its method and path. */
export type Route = 'delivery' | 'health' | Answer;

export function routeOf(request: IncomingMessage, paths: ReceiverPaths): Route {
  const path = (request.url ?? '/').split('?', 1)[0];
  if (path === paths.health) {
    return request.method === 'GET' || request.method === 'HEAD' ? 'health' : methodRefused(paths.health, 'GET');
  }
  if (path === paths.webhooks) return request.method === 'POST' ? 'delivery' : methodRefused(paths.webhooks, 'POST');
  return refusal(404, 'NOT_FOUND', `nothing is here; set the webhook's payload URL to end in ${paths.webhooks}`);
}

function methodRefused(path: string, allowed: string): Answer {
  return refusal(405, 'UNSUPPORTED', `${path} takes ${allowed} only`, { allow: allowed });
}

/** The headers of a delivery; the signature is checked apart, when the body is there. */
export interface DeliveryHeaders {
  readonly deliveryId: string;
  readonly event: string;
  readonly signature: string | undefined;
}

/** Why a delivery is refused by its headers alone, or what they say. */
export function checkHeaders(request: IncomingMessage, payloadBytesMax: number): DeliveryHeaders | Answer {
  const { headers } = request;
  const mediaType = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') {
    const got = mediaType === '' || mediaType === undefined ? 'none' : mediaType.slice(0, 100);
    return refusal(415, 'UNSUPPORTED', `content type ${got}: set the webhook's content type to application/json`);
  }
  const encoding = headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    return refusal(415, 'UNSUPPORTED', 'a compressed body: send it without a content-encoding');
  }
  const length = Number(headers['content-length'] ?? 0);
  if (length > payloadBytesMax) return tooLarge(payloadBytesMax);
  const deliveryId = one(headers['x-github-delivery']);
  const event = one(headers['x-github-event']);
  if (deliveryId === undefined) return headerMissing('X-GitHub-Delivery');
  if (event === undefined) return headerMissing('X-GitHub-Event');
  return { deliveryId, event, signature: one(headers['x-hub-signature-256']) };
}

/** The answer to a body over the limit, announced or counted. */
export function tooLarge(payloadBytesMax: number): Answer {
  const message = `the body is over the limit of ${payloadBytesMax} bytes: raise --payload-max or narrow the webhook's events`;
  return refusal(413, 'PAYLOAD_TOO_LARGE', message);
}

function headerMissing(name: string): Answer {
  return refusal(400, 'INVALID_ARGUMENT', `the ${name} header is missing: this takes webhooks of GitHub only`);
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
