import type { Json } from 'tau-core';
import type { ExpressionDialect } from './dialect.js';
import { compileExpression, EMPTY_SCOPE, type Expression, type ExpressionScope, evaluate } from './expression.js';
import { toData, toJson } from './expression-data.js';
import type { Entry, ExpressionSource, Template } from './template-source.js';

/** A template that is ready to be evaluated. It throws as `evaluate` does. */
export type Evaluable<T> = (scope: ExpressionScope) => T;

/** A template as JSON: expressions that are the whole value keep their type, texts with expressions are strings. */
export function compileValue(template: Template, dialect: ExpressionDialect): Evaluable<Json> {
  switch (template.kind) {
    case 'value': {
      const { value } = template;
      return () => value;
    }
    case 'expression': {
      const expression = compileExpression(template.source, dialect);
      return (scope) => toJson(evaluate(expression, scope));
    }
    case 'text':
      return compileParts(template.parts, dialect);
    case 'list': {
      const items = template.items.map((item) => compileValue(item, dialect));
      return (scope) => items.map((item) => item(scope));
    }
    case 'map':
      return compileEntries(template.entries, (value) => compileValue(value, dialect));
  }
}

/** A template as text, as `env` and names have it. */
export function compileText(template: Template, dialect: ExpressionDialect): Evaluable<string> {
  if (template.kind === 'text') return compileParts(template.parts, dialect);
  if (template.kind === 'expression') {
    const expression = compileExpression(template.source, dialect);
    return (scope) => evaluate(expression, scope).coerceString();
  }
  const value = compileValue(template, dialect);
  return (scope) => toData(value(scope)).coerceString();
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

function compileParts(parts: readonly (string | ExpressionSource)[], dialect: ExpressionDialect): Evaluable<string> {
  const compiled: readonly (string | Expression)[] = parts.map((part) =>
    typeof part === 'string' ? part : compileExpression(part, dialect),
  );
  return (scope) => {
    let text = '';
    for (const part of compiled) text += typeof part === 'string' ? part : evaluate(part, scope).coerceString();
    return text;
  };
}
