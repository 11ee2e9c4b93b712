import { type Instant, later } from 'tau-core';

/** What happened to rejected signatures in the current window of time. */
export interface AuditWindow {
  readonly startedAt: Instant;
  /** Audit events of their own. */
  readonly single: number;
  /** Rejections that no event tells of so far. */
  readonly untold: number;
}

/** How much of a flood is told one by one. */
export interface AuditPace {
  readonly auditEventsMax: number;
  readonly auditWindowMs: number;
}

/** Whether a rejection gets an audit event of its own. Those that do not are told as a count when the window ends. */
export function onRejection(
  window: AuditWindow | undefined,
  now: Instant,
  pace: AuditPace,
): { readonly window: AuditWindow; readonly tell: boolean } {
  const current = window ?? { startedAt: now, single: 0, untold: 0 };
  return current.single < pace.auditEventsMax
    ? { window: { ...current, single: current.single + 1 }, tell: true }
    : { window: { ...current, untold: current.untold + 1 }, tell: false };
}

/** When the window ends, and its count is told. */
export function windowEnd(window: AuditWindow, pace: AuditPace): Instant {
  return later(window.startedAt, pace.auditWindowMs);
}
