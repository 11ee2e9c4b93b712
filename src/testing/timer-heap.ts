/** A timer as the virtual clock keeps it: ordered by `at`, then by `rank`; `done` once fired or cancelled. */
export interface HeapTimer {
  readonly at: number;
  readonly rank: number;
  readonly callback: () => void;
  done: boolean;
}

/** A binary heap of timers: the one that is due first is always at hand. Those that are done leave when they come up. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = [];

  push(timer: HeapTimer): void {
    const timers = this.#timers;
    let index = timers.length;
    timers.push(timer);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = timers[parent] as HeapTimer;
      if (!before(timer, above)) break;
      timers[index] = above;
      index = parent;
    }
    timers[index] = timer;
  }

  /** The timer that is due first; undefined when none waits. */
  peek(): HeapTimer | undefined {
    let first = this.#timers[0];
    while (first?.done) {
      this.#removeFirst();
      first = this.#timers[0];
    }
    return first;
  }

  pop(): HeapTimer | undefined {
    const first = this.peek();
    if (first !== undefined) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const timers = this.#timers;
    const moved = timers.pop();
    if (moved === undefined || timers.length === 0) return;
    let index = 0;
    for (;;) {
      const child = this.#earlierChild(index);
      if (child === undefined || !before(timers[child] as HeapTimer, moved)) break;
      timers[index] = timers[child] as HeapTimer;
      index = child;
    }
    timers[index] = moved;
  }

  #earlierChild(index: number): number | undefined {
    const left = index * 2 + 1;
    const leftTimer = this.#timers[left];
    if (leftTimer === undefined) return undefined;
    const rightTimer = this.#timers[left + 1];
    return rightTimer !== undefined && before(rightTimer, leftTimer) ? left + 1 : left;
  }
}

function before(a: HeapTimer, b: HeapTimer): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank);
}
