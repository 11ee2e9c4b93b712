/**
 * A map that mostly has one entry: an empty `Map` takes 184 bytes, this 48. A run that starts others mostly has one of them at a
 * time, and there may be hundreds of thousands of such runs. In order of insertion, as a `Map` is.
 */
export class FewMap<Key, Value> {
  #key: Key | undefined;
  /** Of the only entry. */
  #value: Value | undefined;
  /** All entries, once there were two. */
  #many: Map<Key, Value> | undefined;

  get size(): number {
    if (this.#many !== undefined) return this.#many.size;
    return this.#value === undefined ? 0 : 1;
  }

  get(key: Key): Value | undefined {
    if (this.#many !== undefined) return this.#many.get(key);
    return this.#key === key ? this.#value : undefined;
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Key, value: Value & {}): void {
    if (this.#many === undefined && (this.#value === undefined || this.#key === key)) {
      this.#key = key;
      this.#value = value;
      return;
    }
    this.#many ??= new Map([[this.#key as Key, this.#value as Value]]);
    this.#many.set(key, value);
    this.#key = undefined;
    this.#value = undefined;
  }

  delete(key: Key): void {
    if (this.#many === undefined) {
      if (this.#key !== key) return;
      this.#key = undefined;
      this.#value = undefined;
      return;
    }
    this.#many.delete(key);
    if (this.#many.size === 0) this.#many = undefined;
  }

  /** In order. Deleting what was seen while it goes on is safe. */
  values(): Iterable<Value> {
    if (this.#many !== undefined) return this.#many.values();
    return this.#value === undefined ? NONE : [this.#value];
  }

  entries(): Iterable<readonly [Key, Value]> {
    if (this.#many !== undefined) return this.#many.entries();
    return this.#value === undefined ? NONE : [[this.#key as Key, this.#value]];
  }
}

const NONE: readonly never[] = [];
