import { data, Evaluator } from '@actions/expressions';
import type { Expr } from '@actions/expressions/ast';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import { type ErrorData, tauError, toErrorData } from 'tau-core';
import { JSON_DEPTH_MAX, parseBounded } from './bounded-json.js';
import type { ExpressionDialect } from './dialect.js';
import { type ExpressionData, toData } from './expression-data.js';
import { type FunctionArity, parseExpression, STATUS_FUNCTIONS } from './expression-parser.js';
import type { ExpressionSource } from './template-source.js';

/** An expression that is ready to be evaluated, any number of times. */
export interface Expression {
  readonly source: ExpressionSource;
  /** Absent when the text is no expression: evaluating it fails. */
  readonly root: Expr | undefined;
  /** Whether it asks for the status of what ran before: conditions that do not are guarded by `success()`. */
  readonly usesStatus: boolean;
  /** Whether it calls a function that its scope answers. */
  readonly usesScope: boolean;
  readonly dialect: ExpressionDialect;
}

/** What expressions are evaluated in: the contexts by name, and what the status functions answer. */
export interface ExpressionScope {
  readonly contexts: data.Dictionary;
  /** By lower-case name; only for expressions that use them. */
  statusFunctions(): ReadonlyMap<string, FunctionDefinition>;
}

/** A scope that knows nothing: enough for templates without expressions. */
export const EMPTY_SCOPE: ExpressionScope = { contexts: new data.Dictionary(), statusFunctions: () => new Map() };

/** Work that may fail by an expression, and what came of it. */
export type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };

const STATUS: readonly FunctionArity[] = [...STATUS_FUNCTIONS].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: Number.MAX_SAFE_INTEGER,
}));

/** Prepares an expression. Never throws; where it may stand was checked when its workflow was read. */
export function compileExpression(source: ExpressionSource, dialect: ExpressionDialect): Expression {
  const names = { contexts: dialect.contexts, functions: [...STATUS, ...dialect.functions.values()] };
  const parsed = parseExpression(source.expr, names, (kind, name) => dialect.supportOf(kind, name));
  return parsed.ok
    ? { source, dialect, root: parsed.root, usesStatus: parsed.usesStatus, usesScope: parsed.usesScope }
    : { source, dialect, root: undefined, usesStatus: false, usesScope: false };
}

/**
 * The engine's own `fromJSON` converts the whole text at once, fails at long arrays, and loses members that are named
 * like those of every object; this one shows the same value. A list or an object comes back as it is: outputs of steps may
 * be some already, where GitHub knows only texts.
 */
export const FROM_JSON: FunctionDefinition = {
  name: 'fromJson',
  minArgs: 1,
  maxArgs: 1,
  call: (given: ExpressionData) => {
    if (given.kind === data.Kind.Array || given.kind === data.Kind.Dictionary) return given;
    const text = given.coerceString();
    const value = parseBounded(text);
    if (value === undefined) throw new Error(`fromJSON was given ${noJson(text)}`);
    return toData(value);
  },
};

/** What a text is that cannot be read. */
function noJson(text: string): string {
  if (text.trim() === '') return 'an empty text: what it reads may be missing';
  try {
    JSON.parse(text);
    return `JSON that is nested more than ${JSON_DEPTH_MAX} levels deep`;
  } catch {
    return `${JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)}, which is no JSON`;
  }
}

/**
 * Evaluates an expression.
 *
 * @throws TauError EXPRESSION_FAILED, with the expression's place; `attempt` turns it into a value.
 */
export function evaluate(expression: Expression, scope: ExpressionScope): ExpressionData {
  const { root, source, dialect } = expression;
  if (root === undefined) throw expressionFailed(source, 'it is no valid expression');
  const functions = expression.usesScope
    ? new Map([...dialect.functions, ...scope.statusFunctions()])
    : dialect.functions;
  try {
    return new Evaluator(root, scope.contexts, functions as Map<string, FunctionDefinition>).evaluate();
  } catch (thrown) {
    throw expressionFailed(source, reasonOf(thrown));
  }
}

/** The engine's reason, or in words what JavaScript says of a text that is longer than it can hold. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError && /string length/i.test(thrown.message))
    return 'the text that it makes is too long: read a part of what it is made of';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The error of an expression that cannot be evaluated, or gives what its place cannot use. */
export function expressionFailed({ expr, line, column, place }: ExpressionSource, problem: string): Error {
  const short = expr.length > 200 ? `${expr.slice(0, 200)}...` : expr;
  const where = place === undefined ? `on line ${line}` : `at ${place}`;
  return tauError('EXPRESSION_FAILED', `\${{ ${short} }} ${where}: ${problem}`, {
    details: place === undefined ? { expr: short, line, column } : { expr: short, place, column },
  });
}

/** Does what may fail by an expression, and gives the failure as a value. */
export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (thrown) {
    return { ok: false, error: toErrorData(thrown) };
  }
}
