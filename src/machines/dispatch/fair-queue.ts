/** Lanes by priority, 0 first; within a lane, keys take turns; within a key, first come first served. */
export class FairQueue<Item> {
  readonly #lanes: Map<string, Item[]>[] = Array.from({ length: PRIORITIES }, () => new Map<string, Item[]>());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: Item, priority: number, fairnessKey: string): void {
    const lane = this.#laneOf(priority);
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

  /** Takes out one item, which was pushed with this priority and key; false when it is not here. */
  remove(item: Item, priority: number, fairnessKey: string): boolean {
    const lane = this.#laneOf(priority);
    const line = lane?.get(fairnessKey);
    const index = line?.indexOf(item) ?? -1;
    if (line === undefined || index < 0) return false;
    line.splice(index, 1);
    if (line.length === 0) lane?.delete(fairnessKey);
    this.#size -= 1;
    return true;
  }

  #laneOf(priority: number): Map<string, Item[]> | undefined {
    return this.#lanes[Math.min(Math.max(0, Math.trunc(priority)), PRIORITIES - 1)];
  }
}

/** Priorities 0 to 9, as the contract has them. */
const PRIORITIES = 10;
