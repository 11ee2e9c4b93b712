import type { Instant } from 'tau-core';

/**
 * A limit of how many calls begin in any stretch of time, however it is laid: a log of the beginnings within the last `perMs`.
 *
 * A token bucket (GCRA) needs two numbers only, but lets through almost twice `max` in one stretch, or no burst at all; those
 * who limit by windows (GitHub, model APIs) then refuse. The log is exact. Its memory is bounded: it holds counts of
 * milliseconds, and where `max` is above SLICES_MAX, counts of slices of `perMs`, taken as begun at the slice's end.
 */
export class RateWindow {
  #max = 1;
  #perMs = 1;
  /** Oldest first, with rising times. */
  #begun: { readonly at: number; count: number }[] = [];

  /** Takes the numbers of a policy; those of the call that was offered last hold for its key. True when they are new. */
  configure(max: number, perMs: number): boolean {
    const [newMax, newPerMs] = [atLeastOne(max), atLeastOne(perMs)];
    const isNew = newMax !== this.#max || newPerMs !== this.#perMs;
    this.#max = newMax;
    this.#perMs = newPerMs;
    return isNew;
  }

  /** When the next call may begin: `now` or later, given that nothing begins until then. */
  freeAt(now: Instant): Instant {
    this.#forget(now);
    let tooMany = this.#begun.reduce((sum, { count }) => sum + count, 0) - this.#max + 1;
    if (tooMany <= 0) return now;
    for (const { at, count } of this.#begun) {
      tooMany -= count;
      if (tooMany <= 0) return (at + this.#perMs) as Instant;
    }
    return now;
  }

  /** A call begins now. */
  take(now: Instant): void {
    const slice = this.#slice();
    const at = Math.ceil(now / slice) * slice;
    const last = this.#begun.at(-1);
    if (last !== undefined && last.at >= at) last.count += 1;
    else this.#begun.push({ at, count: 1 });
  }

  isIdle(now: Instant): boolean {
    this.#forget(now);
    return this.#begun.length === 0;
  }

  #slice(): number {
    return this.#max > SLICES_MAX ? Math.ceil(this.#perMs / SLICES_MAX) : 1;
  }

  #forget(now: Instant): void {
    const latest = now + this.#slice();
    // A clock that was put back: what lies in its future counts as begun now, or it would block for as long.
    if ((this.#begun.at(-1)?.at ?? 0) > latest)
      this.#begun = this.#begun.map(({ at, count }) => ({ at: Math.min(at, latest), count }));
    const first = this.#begun.findIndex(({ at }) => at + this.#perMs > now);
    if (first !== 0) this.#begun = first === -1 ? [] : this.#begun.slice(first);
  }
}

/** A window's log has no more entries than this, and a call waits a thousandth of the window too long at most. */
const SLICES_MAX = 1_000;

function atLeastOne(value: number): number {
  return value >= 1 ? Math.trunc(value) : 1;
}
