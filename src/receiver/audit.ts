import type { Clock, CloudEvent, ErrorData, JsonObject, Random, Timer } from 'tau-core';
import { toErrorData } from 'tau-core';
import { type AuditPace, type AuditWindow, onRejection, windowEnd } from './audit-window.js';
import type { Publish } from './publish.js';

/** Where audit events go. */
export const AUDIT_SESSION = 'tau/audit';
/** The type of an audit event about a delivery whose signature is missing or wrong, or about a number of them. */
export const SIGNATURE_REJECTED = 'tau.audit.signature_rejected';

/** Characters kept of a header that anybody may have written. */
const HEADER_CHARS_MAX = 100;

/** What is known of a delivery whose signature was rejected. Nothing of it is proven. */
export interface Rejection {
  readonly deliveryId: string;
  readonly event: string;
  readonly signature: 'missing' | 'wrong';
  readonly remoteAddress: string | undefined;
  /** The `X-Forwarded-For` header, as claimed. */
  readonly forwardedFor: string | undefined;
  readonly bodySha256: string;
}

export interface AuditOptions {
  readonly publish: Publish;
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: AuditPace;
  readonly onProblem: (error: ErrorData) => void;
}

/** Tells the journal of rejected signatures, at a bounded pace. */
export interface Audit {
  /** Never waits and never throws: whoever floods the receiver must not be able to hold it up. */
  rejected(rejection: Rejection): void;
  /** Tells what is untold, and resolves when everything told has been taken or refused. */
  close(): Promise<void>;
}

export function createAudit(options: AuditOptions): Audit {
  const { publish, clock, random, pace, onProblem } = options;
  const pending = new Set<Promise<void>>();
  let window: AuditWindow | undefined;
  let timer: Timer | undefined;

  const tell = (data: JsonObject, told: number): void => {
    const sent = publish(AUDIT_SESSION, auditEvent(random.hex(16), new Date(clock.now()).toISOString(), data))
      .then(() => undefined)
      .catch((error: unknown) => {
        onProblem(toErrorData(error));
        putBack(told);
      })
      .finally(() => pending.delete(sent));
    pending.add(sent);
  };

  // What could not be told is told with the next count, so that the sum over all events is right in the end.
  const putBack = (count: number): void => {
    const current = window ?? { startedAt: clock.now(), single: 0, untold: 0 };
    window = { ...current, untold: current.untold + count };
    watch();
  };

  const watch = (): void => {
    if (window !== undefined) timer ??= clock.at(windowEnd(window, pace), endWindow);
  };

  const endWindow = (): void => {
    timer?.cancel();
    timer = undefined;
    const untold = window?.untold ?? 0;
    window = undefined;
    if (untold > 0) tell({ coalesced: untold, withinMs: pace.auditWindowMs }, untold);
  };

  return {
    rejected: (rejection) => {
      const decision = onRejection(window, clock.now(), pace);
      window = decision.window;
      watch();
      if (decision.tell) tell(asData(rejection), 1);
    },
    close: async () => {
      endWindow();
      await Promise.all(pending);
      timer?.cancel();
    },
  };
}

function asData(rejection: Rejection): JsonObject {
  return {
    deliveryId: rejection.deliveryId.slice(0, HEADER_CHARS_MAX),
    event: rejection.event.slice(0, HEADER_CHARS_MAX),
    signature: rejection.signature,
    remoteAddress: rejection.remoteAddress,
    forwardedFor: rejection.forwardedFor?.slice(0, HEADER_CHARS_MAX),
    bodySha256: rejection.bodySha256,
  };
}

function auditEvent(id: string, time: string, data: JsonObject): CloudEvent {
  return {
    id,
    source: 'tau-ext-github',
    type: SIGNATURE_REJECTED,
    time,
    mediaType: 'application/json',
    data: JSON.stringify(data),
  };
}
