import { isJsonObject, type Json, type JsonObject, tauError } from 'tau-core';

/**
 * An argument as JSON.
 *
 * @throws TauError INVALID_ARGUMENT naming the argument, with an example.
 */
export function jsonArgument(text: string, what: string, example: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw tauError('INVALID_ARGUMENT', `${what} is no JSON (${why}): write it in quotes, such as ${example}`);
  }
}

/** The same for what must be an object. */
export function jsonObjectArgument(text: string, what: string, example: string): JsonObject {
  const value = jsonArgument(text, what, example);
  if (isJsonObject(value)) return value;
  throw tauError('INVALID_ARGUMENT', `${what} must be a JSON object, such as ${example}`);
}

/** JSON where it is such, else the text itself. What begins like an object, a list or a text in quotes must be JSON. */
export function jsonOrText(text: string, what: string): Json {
  if (/^\s*["[{]/.test(text)) return jsonArgument(text, what, `'{"name": "value"}'`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
