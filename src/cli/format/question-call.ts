import { HOST_CAPABILITIES, type JsonObject, offeredActions } from 'tau-core';
import { objectAt, textAt } from './json-access.js';

/** Whether a call asks a person, and nothing else. */
export function isQuestion(call: JsonObject): boolean {
  return textAt(call, 'capability') === HOST_CAPABILITIES.ask;
}

/** Actions that a call's question takes; none where any JSON is an answer. */
export function actionsOf(call: JsonObject): readonly string[] {
  return offeredActions(objectAt(call, 'input')) ?? [];
}
