import type { WorkRef } from './state.js';

/**
 * Remembers refs for as long as the dispatches after them are few: each has a place by its fence, and gives it up to the
 * dispatch that comes a multiple of `max` later. So the last `max` dispatches are remembered, and no more than that.
 *
 * One array that never grows: a set of as many keys costs several times as much to keep as all else that an
 * acknowledgement takes.
 */
export class RecentRefs {
  readonly #places: (WorkRef | undefined)[];

  constructor(max: number) {
    this.#places = new Array<WorkRef | undefined>(max).fill(undefined);
  }

  add(ref: WorkRef): void {
    this.#places[this.#placeOf(ref)] = ref;
  }

  has(ref: WorkRef): boolean {
    const known = this.#places[this.#placeOf(ref)];
    return known?.fence === ref.fence && known.workId === ref.workId && known.attempt === ref.attempt;
  }

  #placeOf({ fence }: WorkRef): number {
    return fence % this.#places.length;
  }
}
