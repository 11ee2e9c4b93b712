import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { ContextItem } from './state.js';

/** Name of the context item that configures the programs of a session: a JSON object, `application/json`. */
const VARS_NAME = 'vars';

/** What was read of an item, once: items never change. */
const read = new WeakMap<ContextItem, JsonObject | null>();

/** The session's configuration, from the newest item of that name; undefined when there is none that is a JSON object. */
export function sessionVars(context: readonly ContextItem[]): JsonObject | undefined {
  const item = context.findLast(({ name, mediaType }) => name === VARS_NAME && mediaType === 'application/json');
  if (item === undefined) return undefined;
  const known = read.get(item);
  if (known !== undefined) return known ?? undefined;
  const vars = parsed(item.text ?? '');
  read.set(item, vars);
  return vars ?? undefined;
}

function parsed(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
