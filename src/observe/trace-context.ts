import {
  type Context,
  type HrTime,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A context whose spans are children of what a `traceparent` names; the root where it names nothing valid. */
export function contextOf(traceparent: string | undefined): Context {
  const parent = traceparent === undefined ? undefined : spanContextOf(traceparent);
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
}

/**
 * Reads a `traceparent` header. Versions above 00 are read as 00 as far as that goes; all others are none.
 *
 * @see https://www.w3.org/TR/trace-context/#versioning-of-traceparent
 */
export function spanContextOf(traceparent: string): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const context = { traceId, spanId, traceFlags, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

/** The `traceparent` of a span; undefined where nothing traces. */
export function traceparentOf(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  const flags = (context.traceFlags & 0xff).toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

/** Milliseconds since the epoch as a time that cannot be taken for another: plain numbers can, for time since the process began. */
export function spanTime(timeMs: number): HrTime {
  return [Math.trunc(timeMs / 1_000), Math.round((timeMs % 1_000) * 1_000_000)];
}
