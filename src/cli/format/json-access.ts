import { isJsonObject, type Json, type JsonObject } from 'tau-core';

/*
 * Reading of data whose shape belongs to another version of another library: what is not as expected reads as empty,
 * so that an unknown event is shown with less, and never breaks the command.
 */

/** A member that is text; empty for anything else. */
export function textAt(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === 'string' ? value : '';
}

/** A member that is an object; an empty one for anything else. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

/** The items of a member that is an array; none for anything else. */
export function listAt(object: JsonObject, key: string): readonly Json[] {
  const value = object[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The objects among them. */
export function objectsAt(object: JsonObject, key: string): readonly JsonObject[] {
  return listAt(object, key).filter((item): item is JsonObject => isJsonObject(item));
}
