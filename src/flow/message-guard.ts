import { data } from '@actions/expressions';
import type { Expr } from '@actions/expressions/ast';
import { Binary, ContextAccess, Grouping, IndexAccess, Literal, Logical } from '@actions/expressions/ast';
import { TokenType } from '@actions/expressions/lexer';
import { isJsonObject, type Json } from 'tau-core';
import {
  attempt,
  compileExpression,
  type Expression,
  type ExpressionScope,
  evaluate,
} from '../expression/expression.js';
import type { ExpressionData } from '../expression/expression-data.js';
import { FLOW_DIALECT } from './expression-dialect.js';
import { conditionSource } from './flow-template.js';

/*
 * Thousands of nodes may wait, and a thousand messages be kept. Most conditions say that a member of the message is equal to
 * something that the node knows: that is told without evaluating the condition for each of them.
 */

/** A part of a condition without which it does not hold: a member of the message is equal to this. */
interface Equality {
  readonly path: readonly string[];
  readonly to: Expression;
}

/** Whether a message may be one for which the condition holds; what says no is right. */
export type MessageGuard = (message: Json) => boolean;

/** What tells, of a condition over `message`, most messages for which it does not hold at a place. */
export function messageGuard(when: string): (scope: ExpressionScope) => MessageGuard {
  let equalities: readonly Equality[] | undefined;
  return (scope) => {
    equalities ??= equalitiesIn(when);
    const known = equalities.flatMap(({ path, to }) => {
      const value = attempt(() => evaluate(to, scope));
      return value.ok ? [{ path, value: comparable(value.value) }] : [];
    });
    return (message) => known.every(({ path, value }) => mayEqual(memberAt(message, path), value));
  };
}

function equalitiesIn(when: string): readonly Equality[] {
  const source = conditionSource(when, '');
  if (source === undefined) return [];
  const expression = compileExpression(source, FLOW_DIALECT);
  return conjuncts(expression.root).flatMap((part) => {
    if (!(part instanceof Binary) || part.operator.type !== TokenType.EQUAL_EQUAL) return [];
    return [...equality(part.left, part.right, expression), ...equality(part.right, part.left, expression)];
  });
}

function conjuncts(root: Expr | undefined): readonly Expr[] {
  if (root instanceof Grouping) return conjuncts(root.group);
  if (root instanceof Logical && root.operator.type === TokenType.AND) return root.args.flatMap(conjuncts);
  return root === undefined ? [] : [root];
}

function equality(member: Expr, other: Expr, expression: Expression): readonly Equality[] {
  const path = pathIn(member);
  if (path?.context !== 'message') return [];
  const isKnown = other instanceof Literal || (pathIn(other)?.context ?? 'message') !== 'message';
  return isKnown ? [{ path: path.names, to: { ...expression, root: other } }] : [];
}

/** Names of members from a context on. */
function pathIn(expr: Expr): { readonly context: string; readonly names: readonly string[] } | undefined {
  if (expr instanceof ContextAccess) return { context: expr.name.lexeme.toLowerCase(), names: [] };
  if (!(expr instanceof IndexAccess) || !(expr.index instanceof Literal)) return undefined;
  const { literal } = expr.index;
  const outer = pathIn(expr.expr);
  if (outer === undefined || literal.kind !== data.Kind.String) return undefined;
  return { context: outer.context, names: [...outer.names, literal.value] };
}

/** The member, where it is named so; of what is written in another case, or is not there, nothing is said. */
function memberAt(message: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = message;
  for (const name of path) at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** A number, or a text in one case, as texts are compared; undefined for what is compared by the engine alone. */
function comparable(value: ExpressionData): string | number | undefined {
  if (value.kind === data.Kind.Number) return value.value;
  return value.kind === data.Kind.String ? upper(value.value) : undefined;
}

/** Of one kind, and different: only that is sure. */
function mayEqual(member: Json | undefined, value: string | number | undefined): boolean {
  if (typeof member === 'number' && typeof value === 'number') return member === value;
  if (typeof member === 'string' && typeof value === 'string') return upper(member) === value;
  return true;
}

function upper(text: string): string {
  return text.toUpperCase();
}
