import type { Json } from 'tau-core';
import { JSON_DEPTH_MAX } from '../expression/bounded-json.js';
import type { Position } from '../workflow/findings.js';
import { readJson } from './json-text.js';

/** Way to a value within a JSON document: member names and indexes from the root. */
export type JsonPath = readonly (string | number)[];

/** A JSON text that was read: its value, and where each part of it stands. */
export interface PlacedJson {
  readonly value: Json;
  /** Where the value at a path begins, or the nearest one around it that is there. */
  positionOf(path: JsonPath): Position;
}

/** Why a text is no JSON. */
export interface JsonFault {
  readonly position: Position;
  readonly message: string;
}

/** Longer texts are refused: a definition is written by people or by builders, never by the megabyte. */
export const JSON_SOURCE_CHARS_MAX = 2_097_152;

/**
 * Reads JSON text with the places of its parts. Pure and total: whatever the text, the answer is a value or the first fault.
 * A member that is there twice is a fault, as is what is nested deeper than `JSON_DEPTH_MAX`.
 */
export function readPlacedJson(source: string): PlacedJson | JsonFault {
  if (source.length > JSON_SOURCE_CHARS_MAX) {
    return {
      position: { line: 1, column: 1 },
      message: `the text has ${source.length} characters; ${JSON_SOURCE_CHARS_MAX} are allowed: split the definition in several`,
    };
  }
  const read = readJson(source, JSON_DEPTH_MAX);
  if (!read.ok) return { position: positionAt(source, read.offset), message: read.message };
  const { value, places } = read;
  return { value, positionOf: (path) => positionAt(source, places.find(value, path).value) };
}

/** A path as text for people: `when[2].cron`. */
export function pathText(path: JsonPath): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.startsWith('.') ? text.slice(1) : text;
}

function positionAt(source: string, offset: number): Position {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
