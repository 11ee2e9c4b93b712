import { type Instant, instant } from 'tau-core';

interface Entry<Key> {
  readonly at: number;
  readonly key: Key;
}

/**
 * Deadlines by key, the earliest first; one deadline a key. Setting a key again replaces its deadline.
 * Removal is lazy: the heap is rebuilt once most of it is stale, so that its size stays within twice the live keys.
 */
export class DeadlineHeap<Key> {
  #heap: Entry<Key>[] = [];
  readonly #live = new Map<Key, number>();

  get size(): number {
    return this.#live.size;
  }

  set(key: Key, at: number): void {
    if (this.#live.get(key) === at) return;
    this.#live.set(key, at);
    this.#push({ at, key });
    this.#trim();
  }

  delete(key: Key): void {
    this.#live.delete(key);
  }

  /** The first whole millisecond at which the earliest deadline is due; undefined when there is none. */
  next(): Instant | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    return first === undefined ? undefined : instant(Math.ceil(first.at));
  }

  /** Takes out one key whose deadline is at or before `now`; undefined when there is none. */
  takeDue(now: number): Key | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#pop();
    this.#live.delete(first.key);
    return first.key;
  }

  #dropStale(): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (this.#live.get(first.key) === first.at) return;
      this.#pop();
    }
  }

  #trim(): void {
    if (this.#heap.length <= 64 + 2 * this.#live.size) return;
    const live = [...this.#live].map(([key, at]) => ({ at, key }));
    // A sorted array is a heap.
    this.#heap = live.sort((a, b) => a.at - b.at);
  }

  #push(entry: Entry<Key>): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      if (left === undefined) break;
      const right = heap[2 * index + 2];
      const [child, smaller] =
        right !== undefined && right.at < left.at
          ? ([2 * index + 2, right] as const)
          : ([2 * index + 1, left] as const);
      if (smaller.at >= last.at) break;
      heap[index] = smaller;
      index = child;
    }
    heap[index] = last;
  }
}
