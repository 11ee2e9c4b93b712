import { createHmac } from 'node:crypto';
import { WEBHOOK_SECRET } from '../src/harness/members.ts';

/** A delivery as GitHub would make it, or nearly. */
export interface TestDelivery {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  /** Default: the right one. */
  readonly secret?: string;
}

/** What the receiver answers to a delivery that it took. */
export interface Accepted {
  readonly session: string;
  readonly event: string;
  readonly seq: number;
  readonly duplicate: boolean;
}

/** Signs and sends a delivery. */
export function deliver(receiver: string, delivery: TestDelivery): Promise<Response> {
  const { id, event, body, secret = WEBHOOK_SECRET } = delivery;
  return fetch(receiver, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
}
