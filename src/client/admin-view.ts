import * as adminv1 from '../contract/admin-v1.js';
import { errorFromProto } from '../contract/error.js';
import type { ErrorData } from '../vocabulary/tau-error.js';

/** An extension that the kernel knows. */
export interface ExtensionView {
  readonly name: string;
  readonly version: string;
  readonly instanceId: string;
  /** `unknown` is a status of a newer kernel. */
  readonly status: 'attached' | 'detached' | 'refused' | 'unknown';
  /** Why it was refused or detached. */
  readonly reason?: ErrorData;
  /** `<kind>:<name>`, e.g. `action:github/comment@v1`. */
  readonly capabilities: readonly string[];
  readonly creditItems: number;
  readonly inFlight: number;
  readonly sinceMs: number;
}

/** Work that waits or is in flight. */
export interface WorkView {
  readonly workId: string;
  readonly attempt: number;
  readonly capability: string;
  readonly sessionId: string;
  readonly runId: string;
  /** Absent while it waits for a provider. */
  readonly instanceId?: string;
  readonly queuedMs: number;
  readonly deadlineMs: number;
}

/** Work whose attempts are used up. */
export interface DeadLetterView {
  readonly runId: string;
  readonly sessionId: string;
  readonly workId: string;
  readonly capability: string;
  readonly error: ErrorData;
  readonly seq: number;
  readonly timeMs: number;
}

/** How one part of the kernel is. */
export interface FindingView {
  readonly part: string;
  readonly severity: 'ok' | 'warning' | 'error';
  readonly message: string;
  /** What to do next; empty when nothing is wrong. */
  readonly advice: string;
}

const STATUS: { readonly [status: number]: ExtensionView['status'] } = {
  [adminv1.ExtensionStatus.ATTACHED]: 'attached',
  [adminv1.ExtensionStatus.DETACHED]: 'detached',
  [adminv1.ExtensionStatus.REFUSED]: 'refused',
};

export function extensionView(proto: adminv1.Extension): ExtensionView {
  return {
    name: proto.name,
    version: proto.version,
    instanceId: proto.instanceId,
    status: STATUS[proto.status] ?? 'unknown',
    ...(proto.reason === undefined ? {} : { reason: errorFromProto(proto.reason) }),
    capabilities: proto.capabilities.map(({ kind, name }) => `${kind}:${name}`),
    creditItems: proto.creditItems,
    inFlight: proto.inFlight,
    sinceMs: proto.sinceMs,
  };
}

export function workView(proto: adminv1.WorkItem): WorkView {
  return {
    workId: proto.ref?.workId ?? '',
    attempt: proto.ref?.attempt ?? 0,
    capability: proto.capability,
    sessionId: proto.sessionId,
    runId: proto.runId,
    ...(proto.instanceId === '' ? {} : { instanceId: proto.instanceId }),
    queuedMs: proto.queuedMs,
    deadlineMs: proto.deadlineMs,
  };
}

export function deadLetterView(proto: adminv1.DeadLetter): DeadLetterView {
  return { ...proto, error: errorFromProto(proto.error) };
}

/** A severity that this version does not know is shown as a warning. */
export function findingView({ part, severity, message, advice }: adminv1.Finding): FindingView {
  if (severity === adminv1.Severity.OK) return { part, severity: 'ok', message, advice };
  return { part, severity: severity === adminv1.Severity.ERROR ? 'error' : 'warning', message, advice };
}
