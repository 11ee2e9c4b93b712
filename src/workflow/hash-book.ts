import { data } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { ExpressionData } from '../expression/expression-data.js';
import type { Hashes } from './state.js';

/**
 * What `hashFiles` answers while a step is evaluated. A hash that is not there yet ends the evaluation: it is asked for,
 * and the step is evaluated again once it is there. So only what an expression comes to is hashed.
 */
export class HashBook {
  readonly #known: Hashes['known'];
  /** What was asked for and is not there. */
  wanted: readonly string[] | undefined;

  constructor(hashes: Hashes | undefined) {
    this.#known = hashes?.known ?? {};
  }

  readonly definition: FunctionDefinition = {
    name: 'hashFiles',
    minArgs: 1,
    maxArgs: Number.MAX_SAFE_INTEGER,
    call: (...patterns: ExpressionData[]) => this.#hash(patterns.map((pattern) => pattern.coerceString())),
  };

  #hash(patterns: readonly string[]): ExpressionData {
    const key = hashKey(patterns);
    const known = Object.hasOwn(this.#known, key) ? this.#known[key] : undefined;
    if (known !== undefined) return new data.StringData(known);
    this.wanted ??= patterns;
    throw new Error('its files have not been hashed');
  }
}

/** What a hash is kept under. */
export function hashKey(patterns: readonly string[]): string {
  return JSON.stringify(patterns);
}
