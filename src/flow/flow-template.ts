import { isJsonObject, type Json } from 'tau-core';
import type { ExpressionSource, Template } from '../expression/template-source.js';
import { OPEN, splitText } from '../expression/text-parts.js';

/**
 * A JSON value of a definition as a template. Its expressions know where they stand: `place` is the value's own, e.g.
 * `root.nodes.plan.input`. Never throws; an expression that is none fails when it is evaluated.
 */
export function flowTemplate(value: Json, place: string): Template {
  if (typeof value === 'string') return textTemplate(value, place);
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item, index) => flowTemplate(item, `${place}[${index}]`));
    return items.every(({ kind }) => kind === 'value') ? { kind: 'value', value } : { kind: 'list', items };
  }
  if (!isJsonObject(value)) return { kind: 'value', value };
  const entries = Object.entries(value).map(([name, member]) => ({
    name,
    value: flowTemplate(member ?? null, memberPlace(place, name)),
  }));
  return entries.every((entry) => entry.value.kind === 'value') ? { kind: 'value', value } : { kind: 'map', entries };
}

/** A text as a template: one expression alone keeps what it gives, several parts make a text. */
export function textTemplate(text: string, place: string): Template {
  if (!text.includes(OPEN)) return { kind: 'value', value: text };
  const parts = sourcesOf(text, place);
  const [first] = parts;
  if (parts.length === 1 && typeof first === 'object') return { kind: 'expression', source: first };
  return parts.some((part) => typeof part === 'object') ? { kind: 'text', parts } : { kind: 'value', value: text };
}

/** The literal parts and the expressions of a text. Columns count from 1, within the text. */
export function sourcesOf(text: string, place: string): readonly (string | ExpressionSource)[] {
  let from = 0;
  return splitText(text).map((part) => {
    if (typeof part === 'string') {
      from += part.length;
      return part;
    }
    const column = from + OPEN.length + part.leading + 1;
    from = text.indexOf('}}', from + OPEN.length + part.leading + part.expr.length) + 2;
    return { expr: part.expr, line: 1, column, place };
  });
}

/** The expression of a condition, whose braces may be there or not; undefined when it is more, or less, than one. */
export function conditionSource(text: string, place: string): ExpressionSource | undefined {
  const parts = sourcesOf(text, place);
  const [first] = parts;
  if (parts.length !== 1 || first === undefined) return undefined;
  if (typeof first === 'object') return first;
  const expr = first.trim();
  return { expr, line: 1, column: first.length - first.trimStart().length + 1, place };
}

/** The place of a member of what stands at a place. */
export function memberPlace(place: string, name: string): string {
  return /^[A-Za-z_$][\w$-]*$/.test(name) ? `${place}.${name}` : `${place}[${JSON.stringify(name)}]`;
}
