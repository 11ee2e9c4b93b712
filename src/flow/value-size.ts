import { type ErrorData, errorData, type Json, type JsonObject } from 'tau-core';
import { VALUE_CHARS_MAX, VALUE_LEVELS_MAX } from './run-limits.js';

/** How large a value is: about the characters of its JSON text, and the levels of lists and objects in it. */
export interface Size {
  readonly chars: number;
  readonly levels: number;
}

const SCALAR: Size = { chars: 8, levels: 0 };
const TOO_LARGE: Size = { chars: Number.POSITIVE_INFINITY, levels: 0 };
const TOO_DEEP: Size = { chars: 0, levels: Number.POSITIVE_INFINITY };

/** Smaller values are measured again sooner than looked up. */
const REMEMBERED_CHARS = 512;

const exact = new WeakMap<object, Size>();

/**
 * The size of a value; a value beyond a limit has some size beyond it. What is shared is counted each time that it is there, as it
 * will be written so; the work is bounded by the limit whatever is shared.
 */
export function sizeOf(value: Json): Size {
  if (typeof value === 'string') return { chars: value.length + 2, levels: 0 };
  if (typeof value !== 'object' || value === null) return SCALAR;
  const known = exact.get(value);
  if (known !== undefined) return known;
  const size = new Measure().of(value);
  if (size.chars >= REMEMBERED_CHARS || size.levels > VALUE_LEVELS_MAX) exact.set(value, size);
  return size;
}

class Measure {
  #chars = 0;
  #levels = 0;

  of(value: object): Size {
    if (!this.#add(value as Json, 1)) return this.#chars > VALUE_CHARS_MAX ? TOO_LARGE : TOO_DEEP;
    return { chars: this.#chars, levels: this.#levels };
  }

  /** Whether it is within the limits so far. `level`: that of the value, if it is a list or an object. */
  #add(value: Json | undefined, level: number): boolean {
    if (typeof value === 'string') this.#chars += value.length + 2;
    else if (typeof value !== 'object' || value === null) this.#chars += value === undefined ? 0 : SCALAR.chars;
    else if (!this.#addAll(value, level)) return false;
    return this.#chars <= VALUE_CHARS_MAX;
  }

  #addAll(value: readonly Json[] | JsonObject, level: number): boolean {
    const known = exact.get(value);
    if (known !== undefined) {
      this.#chars += known.chars;
      this.#levels = Math.max(this.#levels, level - 1 + known.levels);
      return this.#levels <= VALUE_LEVELS_MAX;
    }
    if (level > VALUE_LEVELS_MAX) return false;
    this.#chars += 2;
    this.#levels = Math.max(this.#levels, level);
    if (Array.isArray(value)) {
      for (const item of value as readonly Json[]) if (!this.#add(item, level + 1)) return false;
      return true;
    }
    const object = value as JsonObject;
    for (const name of Object.keys(object)) {
      this.#chars += name.length + 3;
      if (!this.#add(object[name], level + 1)) return false;
    }
    return true;
  }
}

/** What is wrong with a size, as `<subject> ...: <what to do>`; undefined when nothing is. */
function problemWith({ chars, levels }: Size, subject: string): string | undefined {
  if (levels > VALUE_LEVELS_MAX)
    return `${subject} is nested more than ${VALUE_LEVELS_MAX} levels deep: keep a list in place of what is put into itself again and again`;
  if (chars > VALUE_CHARS_MAX)
    return `${subject} has more than ${VALUE_CHARS_MAX} characters: keep what is large in a place of its own, and its name here`;
  return undefined;
}

/** Why a value of a size is too large to be taken into a run; undefined when it is not. */
export function sizeError(size: Size, subject: string, details?: JsonObject): ErrorData | undefined {
  const problem = problemWith(size, subject);
  if (problem === undefined) return undefined;
  return errorData('LIMIT_EXCEEDED', problem, details === undefined ? {} : { details });
}

/** Sizes that values have at most: of lists and objects that grew, which are not measured anew each time. */
const most = new WeakMap<object, Size>();

export function sizeAtMost(value: Json): Size {
  return (typeof value === 'object' && value !== null ? most.get(value) : undefined) ?? sizeOf(value);
}

/**
 * Why a value that grew out of another by an update is too large. What is known of both tells mostly that it is not; whether it is
 * too large is always told by what it is, so that a run which is recovered, and knows nothing yet, goes on in the same way.
 */
export function growthError({ before, update, after, isSum }: Growth, { key, node }: Writer): ErrorData | undefined {
  if (
    isSum &&
    after !== update &&
    typeof after === 'object' &&
    after !== null &&
    typeof before === 'object' &&
    before !== null
  ) {
    const [grown, by] = [sizeAtMost(before), sizeAtMost(update)];
    const size = { chars: grown.chars + by.chars + 2, levels: Math.max(grown.levels, by.levels + 1) };
    if (size.chars <= VALUE_CHARS_MAX && size.levels <= VALUE_LEVELS_MAX) {
      most.set(after, size);
      return undefined;
    }
  }
  const problem = problemWith(sizeOf(after), `key "${key}", as node "${node}" writes it,`);
  return problem === undefined ? undefined : errorData('LIMIT_EXCEEDED', problem, { details: { key, node } });
}

interface Growth {
  readonly before: Json;
  readonly update: Json;
  readonly after: Json;
  /** Whether it is no larger than the other two together. */
  readonly isSum: boolean;
}

/** Who writes what. */
interface Writer {
  readonly key: string;
  readonly node: string;
}

/** What the values of a graph have at most together. */
const totals = new WeakMap<JsonObject, number>();

/** Why the state of a graph is too large once so many characters of updates are in it; undefined when it is not. */
export function stateError(
  { before, after, written }: { readonly before: JsonObject; readonly after: JsonObject; readonly written: number },
  { key, node }: Writer,
): ErrorData | undefined {
  let total = (totals.get(before) ?? totalOf(before)) + written;
  if (total > VALUE_CHARS_MAX) total = totalOf(after);
  totals.set(after, total);
  const problem = problemWith(
    { chars: total, levels: 0 },
    `the state of the graph, as node "${node}" writes key "${key}",`,
  );
  return problem === undefined ? undefined : errorData('LIMIT_EXCEEDED', problem, { details: { key, node } });
}

function totalOf(values: JsonObject): number {
  let total = 0;
  for (const name of Object.keys(values)) total += sizeOf(values[name] ?? null).chars + name.length;
  return total;
}
