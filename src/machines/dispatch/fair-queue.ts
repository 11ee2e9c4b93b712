/** Lanes by priority, 0 first; within a lane, keys take turns; within a key, first come first served. */
export class FairQueue<Item> {
  readonly #lanes: Map<string, Item[]>[] = Array.from({ length: PRIORITIES }, () => new Map<string, Item[]>());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: Item, priority: number, fairnessKey: string): void {
    const lane = this.#lanes[Math.min(Math.max(0, Math.trunc(priority)), PRIORITIES - 1)];
    const line = lane?.get(fairnessKey);
    if (line === undefined) lane?.set(fairnessKey, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /**
   * Takes the next item that `wanted` takes; items that it does not want keep their places.
   * A key that was served goes behind the other keys of its lane (a Map keeps the order of insertion).
   */
  take(wanted: (item: Item) => boolean): Item | undefined {
    if (this.#size === 0) return undefined;
    for (const lane of this.#lanes) {
      for (const [key, line] of lane) {
        const index = line.findIndex(wanted);
        const item = line[index];
        if (item === undefined) continue;
        line.splice(index, 1);
        lane.delete(key);
        if (line.length > 0) lane.set(key, line);
        this.#size -= 1;
        return item;
      }
    }
    return undefined;
  }

  /** Takes out every item that `drop` names. */
  remove(drop: (item: Item) => boolean): Item[] {
    const removed: Item[] = [];
    for (const lane of this.#lanes) {
      for (const [key, line] of lane) {
        const kept = line.filter((item) => !drop(item));
        if (kept.length === line.length) continue;
        removed.push(...line.filter(drop));
        if (kept.length > 0) lane.set(key, kept);
        else lane.delete(key);
      }
    }
    this.#size -= removed.length;
    return removed;
  }
}

/** Priorities 0 to 9, as the contract has them. */
const PRIORITIES = 10;
