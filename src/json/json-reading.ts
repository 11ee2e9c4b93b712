import { type Diagnostic, isJsonObject, type Json, type JsonObject } from 'tau-core';
import { Findings } from '../workflow/findings.js';
import { type JsonPath, type PlacedJson, pathText } from './placed-json.js';

/** What an object may have: its members, and which of them it must have. */
export interface Shape {
  /** What it is, for findings: `a schedule`. */
  readonly what: string;
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/** Checks a JSON document part by part, and collects what is wrong, each with its place and what to write instead. */
export class JsonReading {
  readonly #json: PlacedJson;
  readonly #findings: Findings;

  constructor(json: PlacedJson, file: string) {
    this.#json = json;
    this.#findings = new Findings(file);
  }

  list(): readonly Diagnostic[] {
    return this.#findings.list();
  }

  wrong(path: JsonPath, message: string): undefined {
    const place = pathText(path);
    this.#findings.add(this.#json.positionOf(path), place === '' ? message : `${place}: ${message}`);
    return undefined;
  }

  /** An object of that shape, or undefined where it is none; single members that are wrong leave the others to be read. */
  object(value: Json | undefined, path: JsonPath, shape: Shape): JsonObject | undefined {
    const { what, required = [], optional = [] } = shape;
    const known = [...required, ...optional];
    if (!isJsonObject(value)) return this.wrong(path, `${what} is an object with ${known.join(', ')}`);
    for (const name of Object.keys(value)) {
      if (!known.includes(name)) this.wrong([...path, name], `${what} has no "${name}"; it has ${known.join(', ')}`);
    }
    for (const name of required) {
      if (!Object.hasOwn(value, name)) this.wrong(path, `${what} needs "${name}"`);
    }
    return value;
  }

  /** A text of 1 to `charsMax` characters; absent is nothing wrong. */
  text(value: Json | undefined, path: JsonPath, charsMax = 10_000): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value.length > 0 && value.length <= charsMax) return value;
    return this.wrong(path, `write a text of 1 to ${charsMax} characters`);
  }

  whole(value: Json | undefined, path: JsonPath, range: { readonly min: number; readonly max: number }): void {
    if (value === undefined) return;
    if (typeof value === 'number' && Number.isInteger(value) && value >= range.min && value <= range.max) return;
    this.wrong(path, `write a whole number from ${range.min} to ${range.max}`);
  }

  flag(value: Json | undefined, path: JsonPath): void {
    if (value !== undefined && typeof value !== 'boolean') this.wrong(path, 'write true or false');
  }

  oneOf(value: Json | undefined, path: JsonPath, allowed: readonly Json[]): void {
    if (value === undefined || allowed.includes(value)) return;
    this.wrong(path, `write ${allowed.map((one) => JSON.stringify(one)).join(', ')}`);
  }

  /** Each item of a list with its path; nothing where it is no list, or has too few or too many. */
  items(
    value: Json | undefined,
    path: JsonPath,
    range: { readonly min: number; readonly max: number },
  ): readonly { readonly item: Json; readonly path: JsonPath }[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length >= range.min && value.length <= range.max) {
      return value.map((item: Json, index) => ({ item, path: [...path, index] }));
    }
    this.wrong(path, `write a list of ${range.min} to ${range.max}`);
    return [];
  }
}
