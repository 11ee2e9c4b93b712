/** Values by text, in buckets by the hash of the key. A record with another value copies one bucket and the two lists above it. */
type Bucket<Value> = readonly (readonly [key: string, value: Value])[];
type Buckets<Value> = readonly (readonly Bucket<Value>[])[];

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

/**
 * Values by text keys, never changed: a change makes another one that shares what is the same. Up to some thousands of keys a
 * change costs the same whatever their number, where a copy of an object costs 100 ns and more for each key that it has.
 */
export class SharedRecord<Value> {
  static readonly #empty: Buckets<never> = Array.from({ length: WIDTH }, () => Array.from({ length: WIDTH }, () => []));
  readonly #buckets: Buckets<Value>;

  private constructor(buckets: Buckets<Value>) {
    this.#buckets = buckets;
  }

  static of<Value>(entries: Iterable<readonly [string, Value]>): SharedRecord<Value> {
    let record = new SharedRecord<Value>(SharedRecord.#empty);
    for (const [key, value] of entries) record = record.with(key, value);
    return record;
  }

  get(key: string): Value | undefined {
    return this.#bucketOf(hashOf(key)).find(([other]) => other === key)?.[1];
  }

  /** The record with another value of a key, or without it. */
  with(key: string, value: Value | undefined): SharedRecord<Value> {
    const hash = hashOf(key);
    const others = this.#bucketOf(hash).filter(([other]) => other !== key);
    const bucket: Bucket<Value> = value === undefined ? others : [...others, [key, value]];
    const upper = (hash >> BITS) & MASK;
    const list = (this.#buckets[upper] ?? []).with(hash & MASK, bucket);
    return new SharedRecord(this.#buckets.with(upper, list));
  }

  /** In an order that follows from the keys alone, up to those of equal hashes. */
  keys(): string[] {
    return this.#buckets.flatMap((list) => list.flatMap((bucket) => bucket.map(([key]) => key)));
  }

  #bucketOf(hash: number): Bucket<Value> {
    return this.#buckets[(hash >> BITS) & MASK]?.[hash & MASK] ?? [];
  }
}

/** FNV-1a over UTF-16 units, folded. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (WIDTH * WIDTH - 1);
}
