import { truthy } from '@actions/expressions/result';
import { type Expression, evaluate } from '../expression/expression.js';
import type { Scope } from './scope.js';

/**
 * Whether a condition holds. Without a condition, and in front of one that asks for no status, stands `success()`.
 *
 * @throws TauError EXPRESSION_FAILED when it cannot be told.
 */
export function holds(condition: Expression | undefined, scope: Scope): boolean {
  if (condition === undefined) return scope.status.success();
  if (!condition.usesStatus && !scope.status.success()) return false;
  return truthy(evaluate(condition, scope));
}
