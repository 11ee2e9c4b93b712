import { truthy } from '@actions/expressions/result';
import type { Json } from 'tau-core';
import { compileExpression, evaluate } from '../expression/expression.js';
import { toJson } from '../expression/expression-data.js';
import type { Evaluable } from '../expression/template.js';
import type { ExpressionSource } from '../expression/template-source.js';
import { FLOW_DIALECT } from './expression-dialect.js';
import { conditionSource } from './flow-template.js';
import { lazily } from './lazily.js';

/** A condition, its braces written or not. It holds as the engine says: not for false, 0, '' and null. */
export function compileCondition(text: string, place: string): Evaluable<boolean> {
  return lazily(() => {
    const expression = compileExpression(sourceOf(text, place), FLOW_DIALECT);
    return (scope) => truthy(evaluate(expression, scope));
  });
}

/** An expression that is to give a list. What it gives is to be checked: it may be anything. */
export function compileList(text: string, place: string): Evaluable<Json> {
  return lazily(() => {
    const expression = compileExpression(sourceOf(text, place), FLOW_DIALECT);
    return (scope) => toJson(evaluate(expression, scope));
  });
}

function sourceOf(text: string, place: string): ExpressionSource {
  return conditionSource(text, place) ?? { expr: text, line: 1, column: 1, place };
}
