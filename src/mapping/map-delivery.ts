import { type CloudEvent, isJsonObject, type Json, type JsonObject } from 'tau-core';
import { sessionOf } from './names.js';
import { isEcho } from './own-logins.js';
import { subjectOf } from './subject.js';

/** A delivery as it came in, its signature already found right. */
export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  /** `X-GitHub-Event`, e.g. `issues`. */
  readonly event: string;
  /** The body as text, kept to the byte. */
  readonly body: string;
  /** SHA-256 of the body, 64 hexadecimal digits. */
  readonly bodySha256: string;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** What became of a delivery: an event and the session in which it takes place, or the reason why not. */
export type MappedDelivery =
  | { readonly ok: true; readonly sessionId: string; readonly event: CloudEvent }
  | { readonly ok: false; readonly reason: string };

/** Enough of the body's hash to tell deliveries apart that share an id: 64 bits. */
const HASH_DIGITS = 16;

const DELIVERY_ID_PATTERN = /^[A-Za-z0-9-]{1,64}$/;
const EVENT_NAME_PATTERN = /^[a-z0-9_]{1,64}$/;
/** The actions of `repository_dispatch` are chosen by users; whatever does not fit stays in the body alone. */
const ACTION_PATTERN = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Turns a delivery into an event. Pure: the same delivery gives the same event, whatever came before.
 *
 * - type: `github.<event>.<action>`, or `github.<event>` where the payload has no action;
 * - source: the session id, e.g. `github/octo/shop`;
 * - id: `<delivery id>:<hash of the body>`. Redeliveries keep it, so that the session drops them as duplicates. The
 *   hash is there because senders other than github.com may count from 1 again after a restart;
 * - subject: what it is about, e.g. `issues/12`;
 * - data: the body as it came;
 * - echo: set when the sender is one of `ownLogins` (lower case, as `ownLogins()` gives them).
 */
export function mapDelivery(delivery: Delivery, ownLogins: readonly string[]): MappedDelivery {
  if (!DELIVERY_ID_PATTERN.test(delivery.id)) {
    return refused('the X-GitHub-Delivery header must be 1 to 64 letters, digits and dashes');
  }
  if (!EVENT_NAME_PATTERN.test(delivery.event)) {
    return refused('the X-GitHub-Event header must be 1 to 64 of a-z, 0-9 and _');
  }
  const payload = parsed(delivery.body);
  if (payload === undefined) return refused('the body is no JSON object');
  const sessionId = sessionOf(payload);
  const subject = subjectOf(payload);
  return {
    ok: true,
    sessionId,
    event: {
      id: `${delivery.id}:${delivery.bodySha256.slice(0, HASH_DIGITS)}`,
      source: sessionId,
      type: typeOf(delivery.event, payload['action']),
      ...(subject === undefined ? {} : { subject }),
      time: delivery.receivedAt,
      mediaType: 'application/json',
      data: delivery.body,
      ...(isEcho(payload, ownLogins) ? { echo: true } : {}),
    },
  };
}

function typeOf(event: string, action: Json | undefined): string {
  const fits = typeof action === 'string' && ACTION_PATTERN.test(action);
  return fits ? `github.${event}.${action}` : `github.${event}`;
}

function parsed(body: string): JsonObject | undefined {
  try {
    const value = JSON.parse(body) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refused(reason: string): MappedDelivery {
  return { ok: false, reason };
}
