import type { Json } from 'tau-core';
import { expressionFailed } from '../expression/expression.js';
import {
  compileText as compileTextOf,
  compileValue as compileValueOf,
  type Evaluable,
} from '../expression/template.js';
import type { ExpressionSource, Template } from '../expression/template-source.js';
import type { InputDefinition } from './definition.js';
import { WORKFLOW_DIALECT } from './expression-dialect.js';
import type { InputDefaults } from './job-plan.js';
import { outputValue } from './outputs.js';
import { isTimeoutMinutes, TIMEOUT_MINUTES_MAX } from './timeout.js';

/** A template of a workflow as JSON. */
export function compileValue(template: Template): Evaluable<Json> {
  return compileValueOf(template, WORKFLOW_DIALECT);
}

/** A template of a workflow as text. */
export function compileText(template: Template): Evaluable<string> {
  return compileTextOf(template, WORKFLOW_DIALECT);
}

/** A template as an output of a job. */
export function compileOutput(template: Template): Evaluable<Json> {
  const value = compileValue(template);
  return (scope) => outputValue(value(scope));
}

/** The defaults of inputs that are expressions. */
export function compileDefaults(inputs: readonly InputDefinition[]): InputDefaults {
  return new Map(
    inputs.flatMap(({ name, defaultFrom }) => (defaultFrom === undefined ? [] : [[name, compileValue(defaultFrom)]])),
  );
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

/** The group of a `concurrency`: all that have none would be one group, which nobody means. */
export function compileGroup(template: Template): Evaluable<string> {
  const text = compileText(template);
  return (scope) => {
    const group = text(scope);
    if (group.trim() !== '') return group;
    throw expressionFailed(sourceOf(template), 'it names no group: write another behind it, e.g. || github.run_id');
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

/** A template that must be a whole number from 1, e.g. `max-parallel`. */
export function compileCount(template: Template): Evaluable<number> {
  const value = compileValue(template);
  return (scope) => {
    const result = value(scope);
    const count = typeof result === 'string' && result.trim() !== '' ? Number(result) : result;
    if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 1) return count;
    throw expressionFailed(sourceOf(template), 'it must give a whole number, 1 or more');
  };
}

/** Where to point at when a template's value cannot be used. */
function sourceOf(template: Template): ExpressionSource {
  const expr = template.kind === 'value' ? JSON.stringify(template.value) : '';
  return firstExpression(template) ?? { expr, line: 1, column: 1 };
}

/** The first expression of a template; undefined when it has none. */
export function firstExpression(template: Template): ExpressionSource | undefined {
  switch (template.kind) {
    case 'value':
      return undefined;
    case 'expression':
      return template.source;
    case 'text':
      return template.parts.find((part) => typeof part !== 'string');
    case 'list':
      return first(template.items);
    case 'map':
      return first(template.entries.map(({ value }) => value));
  }
}

function first(templates: readonly Template[]): ExpressionSource | undefined {
  for (const template of templates) {
    const found = firstExpression(template);
    if (found !== undefined) return found;
  }
  return undefined;
}
