import type { Instant } from './instant.js';

/**
 * A hybrid logical clock stamp: physical milliseconds, then a counter for what happens within one.
 * Stamps grow strictly along every causal path, and stay close to wall time.
 *
 * @see Kulkarni et al., "Logical Physical Clocks" (2014)
 */
export interface Hlc {
  readonly wallMs: number;
  readonly counter: number;
}

/** Before every stamp. */
export const HLC_ZERO: Hlc = { wallMs: 0, counter: 0 };

/** The stamp of a local event that follows `last` at wall time `now`. */
export function hlcTick(last: Hlc, now: Instant): Hlc {
  return now > last.wallMs ? { wallMs: now, counter: 0 } : { wallMs: last.wallMs, counter: last.counter + 1 };
}

/** The stamp of an event that follows both `last` and a received stamp, at wall time `now`. */
export function hlcMerge(last: Hlc, received: Hlc, now: Instant): Hlc {
  const wallMs = Math.max(last.wallMs, received.wallMs, now);
  const fromLast = wallMs === last.wallMs ? last.counter + 1 : 0;
  const fromReceived = wallMs === received.wallMs ? received.counter + 1 : 0;
  return { wallMs, counter: Math.max(fromLast, fromReceived) };
}

/** Negative when `a` is before `b`, 0 when equal, positive after. */
export function hlcCompare(a: Hlc, b: Hlc): number {
  return a.wallMs - b.wallMs || a.counter - b.counter;
}

/** `<milliseconds>.<counter>`, both in base 36, padded so that texts sort as stamps do (until the year 5138). */
export function hlcText(stamp: Hlc): string {
  return `${stamp.wallMs.toString(36).padStart(9, '0')}.${stamp.counter.toString(36).padStart(4, '0')}`;
}

/** Reads what `hlcText` wrote; undefined for anything else. */
export function parseHlc(text: string): Hlc | undefined {
  const match = /^([0-9a-z]{9,})\.([0-9a-z]{4,})$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { wallMs: Number.parseInt(match[1], 36), counter: Number.parseInt(match[2], 36) };
}
