import { isJsonObject, type Json } from './json.js';

/** Answers that say nothing without a value. */
const NEED_VALUE: ReadonlySet<string> = new Set(['edit', 'respond']);

/**
 * What may be answered to a question, as its `human:ask@v1` call offers it: any JSON where the call names no `actions`, otherwise
 * `{ action, value? }` with one of them.
 *
 * @returns Why an answer is refused, as one line for whoever gave it; undefined when it is none that is refused.
 */
export function answerRefusal(id: string, actions: readonly string[] | undefined, given: Json): string | undefined {
  if (actions === undefined) return undefined;
  const { action, value } = isJsonObject(given) ? given : {};
  if (typeof action !== 'string' || !actions.includes(action)) {
    return `answer "${id}" with { "action": ... }, one of ${actions.join(', ')}`;
  }
  if (value !== undefined || !NEED_VALUE.has(action)) return undefined;
  return `answer "${id}" with { "action": "${action}", "value": ... }: the value is what it is about`;
}

/** The actions that a call of `human:ask@v1` offers; undefined takes any JSON. */
export function offeredActions(input: { readonly actions?: Json | undefined }): readonly string[] | undefined {
  return Array.isArray(input.actions) ? input.actions.map(String) : undefined;
}
