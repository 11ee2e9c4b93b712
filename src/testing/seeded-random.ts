import type { Random } from '../ports/clock.js';

/** Random numbers that a seed decides: the same seed gives the same numbers for ever. */
export interface SeededRandom extends Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from 0 up to, not including, `below` (1 to 2^32). */
  int(below: number): number;
  /** One of the items, each as likely. There must be one. */
  pick<Item>(items: readonly Item[]): Item;
  /** Shuffles in place, every order as likely, and gives back the same array. */
  shuffle<Item>(items: Item[]): Item[];
  /** Another generator, decided by this one's seed and the name alone: drawing from one leaves the other as it was. */
  fork(name: string): SeededRandom;
}

/**
 * A generator for tests and simulations: xoshiro128** seeded by splitmix32. Not for secrets.
 *
 * @see Blackman and Vigna, "Scrambled linear pseudorandom number generators" (2021)
 */
export function seededRandom(seed: number | string): SeededRandom {
  const root = typeof seed === 'number' ? seed >>> 0 : hashText(seed, 0);
  const nextUint32 = xoshiro128(root);
  const next = (): number => nextUint32() / 2 ** 32;
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    pick<Item>(items: readonly Item[]): Item {
      if (items.length === 0) throw new RangeError('pick: there is nothing to pick from');
      return items[int(items.length)] as Item;
    },
    shuffle<Item>(items: Item[]): Item[] {
      for (let last = items.length - 1; last > 0; last -= 1) {
        const other = int(last + 1);
        const item = items[last] as Item;
        items[last] = items[other] as Item;
        items[other] = item;
      }
      return items;
    },
    fork: (name) => seededRandom(hashText(name, root)),
    hex(bytes) {
      let text = '';
      for (let byte = 0; byte < bytes; byte += 1) text += int(256).toString(16).padStart(2, '0');
      return text;
    },
  };
}

function xoshiro128(seed: number): () => number {
  const splitmix = splitmix32(seed);
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let d = splitmix();
  return () => {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return result;
  };
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** FNV-1a over the text's code units. */
function hashText(text: string, start: number): number {
  let hash = 0x811c9dc5 ^ start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
