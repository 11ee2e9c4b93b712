import type { Json } from 'tau-core';
import { type JsonPlaces, PlaceMap } from './json-places.js';

/**
 * JSON that was read, with the places of what is in it; or what is wrong with the text. Offsets count UTF-16 units
 * from 0.
 */
export type JsonText =
  | { readonly ok: true; readonly value: Json; readonly places: JsonPlaces }
  | { readonly ok: false; readonly offset: number; readonly message: string };

/**
 * Reads JSON text as RFC 8259 has it, and keeps where each value stands. Refuses what `JSON.parse` takes and
 * definitions must not have: a member twice, a number that is too large, values deeper than `depthMax`. Never throws.
 */
export function readJson(text: string, depthMax: number): JsonText {
  const reader = new Reader(text, depthMax);
  try {
    return { ok: true, value: reader.whole(), places: reader.places };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, offset: thrown.offset, message: thrown.message };
    throw thrown;
  }
}

class Refusal extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z_$]+/y;
const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A reader by recursive descent: its depth is bounded. */
class Reader {
  readonly places = new PlaceMap();
  readonly #text: string;
  readonly #depthMax: number;
  #at = 0;

  constructor(text: string, depthMax: number) {
    this.#text = text;
    this.#depthMax = depthMax;
  }

  whole(): Json {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    this.#skip();
    this.places.root = this.#at;
    const value = this.#value(0);
    this.#skip();
    if (this.#at < this.#text.length) this.#refuse('nothing may stand behind the definition: remove this');
    return value;
  }

  #value(depth: number): Json {
    const char = this.#text[this.#at];
    if (depth >= this.#depthMax) this.#refuse(`JSON may be nested ${this.#depthMax} levels deep: flatten this`);
    switch (char) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#string();
      case undefined:
        return this.#refuse(
          'the text ends here, where a value was expected: write the definition, or what is missing of it',
        );
      default:
        return this.#scalar();
    }
  }

  #object(depth: number): Json {
    const members: { [name: string]: Json } = {};
    this.#at += 1;
    this.#skip();
    if (this.#take('}')) return members;
    for (;;) {
      const keyAt = this.#at;
      if (this.#text[keyAt] !== '"')
        this.#refuse('the name of a member was expected: write it in double quotes, or remove the comma before it');
      const name = this.#string();
      if (name === '__proto__') this.#refuse('"__proto__" cannot be used as a name: take another', keyAt);
      if (Object.hasOwn(members, name)) this.#refuse(`"${name}" is there twice: rename or remove one of them`, keyAt);
      this.#skip();
      if (!this.#take(':')) this.#refuse('":" was expected: write it between a name and its value');
      this.#skip();
      this.places.set(members, name, { key: keyAt, value: this.#at });
      members[name] = this.#value(depth + 1);
      this.#skip();
      if (this.#take('}')) return members;
      if (!this.#take(',')) this.#refuse('"," or "}" was expected: write a comma between members, or close the object');
      this.#skip();
    }
  }

  #list(depth: number): Json {
    const items: Json[] = [];
    this.#at += 1;
    this.#skip();
    if (this.#take(']')) return items;
    for (;;) {
      this.places.set(items, items.length, { key: this.#at, value: this.#at });
      items.push(this.#value(depth + 1));
      this.#skip();
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#refuse('"," or "]" was expected: write a comma between items, or close the list');
      this.#skip();
    }
  }

  #string(): string {
    const start = this.#at;
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at);
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) {
        this.#at = at + 1;
        return this.#unescaped(start, at + 1);
      } else if (code < SPACE) this.#refuse('a text ends on its line: write a line break as \\n, a tab as \\t', at);
    }
    return this.#refuse('this text is not closed: write " behind it', start);
  }

  #unescaped(start: number, end: number): string {
    const written = this.#text.slice(start, end);
    if (!written.includes('\\')) return written.slice(1, -1);
    try {
      return JSON.parse(written) as string;
    } catch {
      return this.#refuse('this text has an escape that JSON does not know: write a backslash as \\\\', start);
    }
  }

  #scalar(): Json {
    const start = this.#at;
    NUMBER.lastIndex = start;
    const digits = NUMBER.exec(this.#text)?.[0];
    if (digits !== undefined) {
      this.#at = start + digits.length;
      const number = Number(digits);
      if (!Number.isFinite(number)) this.#refuse('this number is too large: write one below 1.8e308, or a text', start);
      return number === 0 ? 0 : number;
    }
    WORD.lastIndex = start;
    const word = WORD.exec(this.#text)?.[0] ?? '';
    const value = WORDS.get(word);
    if (value === undefined) {
      const problem =
        word === ''
          ? 'a value was expected here: write one, texts in double quotes'
          : `"${word.slice(0, 40)}" is no value: write texts in double quotes`;
      this.#refuse(problem, start);
    }
    this.#at = start + word.length;
    return value;
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #skip(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== LINE_FEED && code !== RETURN && code !== TAB) return;
      this.#at += 1;
    }
  }

  #refuse(message: string, offset = this.#at): never {
    throw new Refusal(offset, message);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
