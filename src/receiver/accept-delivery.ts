import { createHash } from 'node:crypto';
import type { Webhooks } from '@octokit/webhooks';
import {
  type Clock,
  type CloudEvent,
  ERROR_CATALOGUE,
  type ErrorData,
  type Instant,
  later,
  toErrorData,
} from 'tau-core';
import { mapDelivery } from '../mapping/map-delivery.js';
import { type Answer, errorAnswer, refusal, retryAfter, unavailable } from './answer.js';
import type { Audit } from './audit.js';
import { textOf } from './body.js';
import { until } from './deadline.js';
import type { ReceiverLimits } from './limits.js';
import type { Publish } from './publish.js';
import type { DeliveryHeaders } from './request-checks.js';

/** A delivery that has arrived whole. */
export interface ArrivedDelivery extends DeliveryHeaders {
  readonly bytes: Buffer;
  readonly arrivedAt: Instant;
  readonly remoteAddress: string | undefined;
  readonly forwardedFor: string | undefined;
}

/** What accepting a delivery needs. */
export interface Acceptance {
  readonly webhooks: Webhooks;
  readonly publish: Publish;
  readonly audit: Audit;
  readonly ownLogins: () => readonly string[];
  readonly clock: Clock;
  readonly limits: ReceiverLimits;
  readonly onProblem: (error: ErrorData) => void;
}

/**
 * Verifies, maps and publishes a delivery, in this order: nothing of a body is parsed whose signature is not right.
 * The answer is 2xx only after the event is in its session's journal.
 */
export async function acceptDelivery(delivery: ArrivedDelivery, acceptance: Acceptance): Promise<Answer> {
  const body = textOf(delivery.bytes);
  if (body === undefined) return refusal(400, 'INVALID_ARGUMENT', 'the body is no UTF-8 text');
  const bodySha256 = createHash('sha256').update(delivery.bytes).digest('hex');
  if (!(await isSigned(body, delivery.signature, acceptance.webhooks))) {
    const { deliveryId, event, signature, remoteAddress, forwardedFor } = delivery;
    const kind = signature === undefined ? 'missing' : 'wrong';
    acceptance.audit.rejected({ deliveryId, event, signature: kind, remoteAddress, forwardedFor, bodySha256 });
    return signatureRefused(kind);
  }
  const mapped = mapDelivery(
    {
      id: delivery.deliveryId,
      event: delivery.event,
      body,
      bodySha256,
      receivedAt: new Date(delivery.arrivedAt).toISOString(),
    },
    acceptance.ownLogins(),
  );
  if (!mapped.ok) return refusal(400, 'INVALID_ARGUMENT', mapped.reason);
  return publishEvent(mapped.sessionId, mapped.event, delivery.arrivedAt, acceptance);
}

async function isSigned(body: string, signature: string | undefined, webhooks: Webhooks): Promise<boolean> {
  // `verify` throws for an empty body and an empty signature instead of saying no.
  if (body === '' || signature === undefined || signature === '') return false;
  return webhooks.verify(body, signature);
}

function signatureRefused(kind: 'missing' | 'wrong'): Answer {
  const message =
    kind === 'missing'
      ? "the X-Hub-Signature-256 header is missing: set a secret in the webhook's settings"
      : "the signature does not match: set the same secret in the webhook's settings and in GITHUB_WEBHOOK_SECRET";
  return refusal(401, 'SIGNATURE_REJECTED', message);
}

async function publishEvent(
  sessionId: string,
  event: CloudEvent,
  arrivedAt: Instant,
  acceptance: Acceptance,
): Promise<Answer> {
  const { publish, clock, limits, onProblem } = acceptance;
  try {
    const published = await until(publish(sessionId, event), later(arrivedAt, limits.publishDeadlineMs), clock);
    if (!published.inTime) {
      const message = `the kernel did not acknowledge the event within ${limits.publishDeadlineMs} ms: deliver it again`;
      return unavailable('UNREACHABLE', message, limits.retryAfterMs);
    }
    const { duplicate, seq } = published.value;
    const status = event.type === 'github.ping' ? 200 : 202;
    return { status, body: { session: sessionId, event: event.id, seq, duplicate } };
  } catch (error) {
    const data = toErrorData(error);
    onProblem(data);
    return publishRefused(data, limits);
  }
}

/** Only what can never succeed is refused for good; everything else is worth another delivery. */
function publishRefused(error: ErrorData, limits: ReceiverLimits): Answer {
  if (error.id === ERROR_CATALOGUE.LIMIT_EXCEEDED.id) return errorAnswer(413, error);
  if (error.code === 'invalid') return errorAnswer(422, error);
  return errorAnswer(503, error, retryAfter(error.retryAfterMs ?? limits.retryAfterMs));
}
