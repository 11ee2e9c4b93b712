import type { Json } from 'tau-core';
import type { Entry, ExpressionSource, Template } from './definition.js';
import {
  compileExpression,
  EMPTY_SCOPE,
  type Expression,
  type ExpressionScope,
  evaluate,
  expressionFailed,
} from './expression.js';
import { toData, toJson } from './expression-data.js';
import { outputValue } from './outputs.js';
import { isTimeoutMinutes, TIMEOUT_MINUTES_MAX } from './timeout.js';

/** A template that is ready to be evaluated. It throws as `evaluate` does. */
export type Evaluable<T> = (scope: ExpressionScope) => T;

/** A template as JSON: expressions that are the whole value keep their type, texts with expressions are strings. */
export function compileValue(template: Template): Evaluable<Json> {
  switch (template.kind) {
    case 'value': {
      const { value } = template;
      return () => value;
    }
    case 'expression': {
      const expression = compileExpression(template.source);
      return (scope) => toJson(evaluate(expression, scope));
    }
    case 'text':
      return compileParts(template.parts);
    case 'list': {
      const items = template.items.map(compileValue);
      return (scope) => items.map((item) => item(scope));
    }
    case 'map':
      return compileEntries(template.entries, compileValue);
  }
}

/** A template as text, as `env` and names have it. */
export function compileText(template: Template): Evaluable<string> {
  if (template.kind === 'text') return compileParts(template.parts);
  if (template.kind === 'expression') {
    const expression = compileExpression(template.source);
    return (scope) => evaluate(expression, scope).coerceString();
  }
  const value = compileValue(template);
  return (scope) => toData(value(scope)).coerceString();
}

/** A template as an output of a job. */
export function compileOutput(template: Template): Evaluable<Json> {
  const value = compileValue(template);
  return (scope) => outputValue(value(scope));
}

/** All entries of a mapping. Those without expressions are one object that is made once. */
export function compileEntries<T extends Json>(
  entries: readonly Entry[],
  compile: (template: Template) => Evaluable<T>,
): Evaluable<{ readonly [name: string]: T }> {
  const compiled = entries.map(({ name, value }) => [name, compile(value)] as const);
  const evaluateAll = (scope: ExpressionScope): { readonly [name: string]: T } => {
    const values: { [name: string]: T } = {};
    for (const [name, value] of compiled) values[name] = value(scope);
    return values;
  };
  if (entries.some(({ value }) => value.kind !== 'value')) return evaluateAll;
  const literals = evaluateAll(EMPTY_SCOPE);
  return () => literals;
}

/** A template that must be true or false, e.g. `continue-on-error`. */
export function compileBoolean(template: Template): Evaluable<boolean> {
  const value = compileValue(template);
  return (scope) => {
    const result = value(scope);
    if (typeof result === 'boolean') return result;
    throw expressionFailed(sourceOf(template), 'it must give true or false');
  };
}

/** A `timeout-minutes`, in milliseconds. */
export function compileTimeoutMs(template: Template): Evaluable<number> {
  const value = compileValue(template);
  return (scope) => {
    const result = value(scope);
    const minutes = typeof result === 'string' && result.trim() !== '' ? Number(result) : result;
    if (typeof minutes === 'number' && isTimeoutMinutes(minutes)) return Math.ceil(minutes * 60_000);
    throw expressionFailed(sourceOf(template), `it must give minutes, above 0 and at most ${TIMEOUT_MINUTES_MAX}`);
  };
}

function compileParts(parts: readonly (string | ExpressionSource)[]): Evaluable<string> {
  const compiled: readonly (string | Expression)[] = parts.map((part) =>
    typeof part === 'string' ? part : compileExpression(part),
  );
  return (scope) => {
    let text = '';
    for (const part of compiled) text += typeof part === 'string' ? part : evaluate(part, scope).coerceString();
    return text;
  };
}

/** Where to point at when a template's value cannot be used. */
function sourceOf(template: Template): ExpressionSource {
  if (template.kind === 'expression') return template.source;
  const expr = template.kind === 'value' ? JSON.stringify(template.value) : '';
  return { expr, line: 1, column: 1 };
}
