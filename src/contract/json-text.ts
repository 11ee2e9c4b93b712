import { isJsonObject, type Json, type JsonObject } from '../vocabulary/json.js';
import { tauError } from '../vocabulary/tau-error.js';

/** A JSON value as a `*_json` field carries it: null is the empty text. */
export function jsonToText(value: Json): string {
  return value === null ? '' : JSON.stringify(value);
}

/**
 * Reads a `*_json` field; the empty text is null. `what` names the field in the error.
 *
 * @throws TauError INVALID_ARGUMENT when the text is not JSON.
 */
export function jsonFromText(text: string, what: string): Json {
  if (text === '') return null;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw tauError(
      'INVALID_ARGUMENT',
      `${what} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * Reads a `*_json` field that holds an object; the empty text is `{}`.
 *
 * @throws TauError INVALID_ARGUMENT when the text is not a JSON object.
 */
export function jsonObjectFromText(text: string, what: string): JsonObject {
  if (text === '') return {};
  const value = jsonFromText(text, what);
  if (!isJsonObject(value))
    throw tauError('INVALID_ARGUMENT', `${what} must be a JSON object, such as {"key": "value"}`);
  return value;
}
