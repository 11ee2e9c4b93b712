import { tauError } from 'tau-core';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNIT_MS;

/** Units for showing, the largest that leaves at least 1. */
const SHOWN: readonly Unit[] = ['d', 'h', 'm', 's'];

/**
 * Reads a duration such as `250ms`, `30s`, `5m`, `1.5h` or `2d`, in whole milliseconds.
 *
 * @throws TauError INVALID_ARGUMENT for anything else, and for less than a millisecond.
 */
export function parseDuration(text: string): number {
  const [, amount, unit] = /^([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const durationMs = Math.round(Number(amount) * UNIT_MS[(unit ?? 'ms') as Unit]);
  if (amount !== undefined && durationMs >= 1) return durationMs;
  throw tauError('INVALID_ARGUMENT', `"${text}" is no duration: use a number and a unit, such as 250ms, 30s, 5m or 1h`);
}

/** A duration for people, such as `41 ms`, `1.2 s`, `3 m` or `2.5 h`. */
export function durationText(durationMs: number): string {
  const unit = SHOWN.find((candidate) => durationMs >= UNIT_MS[candidate]);
  if (unit === undefined) return `${Math.round(durationMs)} ms`;
  return `${Number((durationMs / UNIT_MS[unit]).toFixed(1))} ${unit}`;
}
