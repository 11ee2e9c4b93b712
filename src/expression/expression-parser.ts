import { ExpressionError, Lexer, Parser } from '@actions/expressions';
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Logical,
  Unary,
} from '@actions/expressions/ast';
import { type Token, TokenType } from '@actions/expressions/lexer';
import type { ExpressionDialect } from './dialect.js';

/** A function that may be called beside the well-known ones, with how many arguments it takes. */
export interface FunctionArity {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
}

/** The functions that ask how the work so far has gone. They may stand in conditions only. */
export const STATUS_FUNCTIONS: ReadonlySet<string> = new Set(['success', 'failure', 'cancelled', 'always']);

/** What an expression may name. */
export interface ExpressionNames {
  readonly contexts: readonly string[];
  readonly functions: readonly FunctionArity[];
}

/** Something wrong with an expression. Line and column count from 0, within the expression's text. */
export interface ExpressionProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** An expression that was parsed, or what is wrong with it. */
export type ParsedExpression =
  | {
      readonly ok: true;
      readonly root: Expr;
      readonly usesStatus: boolean;
      /** Whether it calls a function that its scope answers, those that ask for the status included. */
      readonly usesScope: boolean;
    }
  | { readonly ok: false; readonly problems: readonly ExpressionProblem[] };

/** Parses an expression and checks that it names nothing but what it may, and what its dialect supports. Never throws. */
export function parseExpression(
  text: string,
  names: ExpressionNames,
  supportOf: ExpressionDialect['supportOf'],
): ParsedExpression {
  if (text.trim() === '')
    return { ok: false, problems: [{ message: 'An expression was expected', line: 0, column: 0 }] };
  try {
    const tokens = new Lexer(text).lex().tokens.map(withWholeString);
    const functions = names.functions.map((arity) => ({ ...arity }));
    const root = new Parser(tokens, [...names.contexts], functions).parse();
    const found: Found = { problems: [], usesStatus: false, usesScope: false, supportOf };
    inspect(root, found);
    return found.problems.length > 0
      ? { ok: false, problems: found.problems }
      : { ok: true, root, usesStatus: found.usesStatus, usesScope: found.usesScope };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    const { line, column } = thrown instanceof ExpressionError ? thrown.pos : placeInMessage(message);
    return { ok: false, problems: [{ message: message.replace(POSITION, ''), line, column }] };
  }
}

/** The lexer tells the place of what it cannot read in its message. */
const POSITION = /\.? Located at position (\d+) within expression: [\s\S]*$/;

function placeInMessage(message: string): { line: number; column: number } {
  const position = POSITION.exec(message)?.[1];
  return { line: 0, column: position === undefined ? 0 : Number(position) - 1 };
}

/** The lexer turns only the first `''` of a string into an apostrophe. */
function withWholeString(token: Token): Token {
  return token.type === TokenType.STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token;
}

interface Found {
  readonly supportOf: ExpressionDialect['supportOf'];
  readonly problems: ExpressionProblem[];
  usesStatus: boolean;
  usesScope: boolean;
}

function inspect(node: Expr, found: Found): void {
  if (node instanceof ContextAccess) {
    checkName('context', node.name, found);
  } else if (node instanceof FunctionCall) {
    checkName('function', node.functionName, found);
    const name = node.functionName.lexeme.toLowerCase();
    const support = found.supportOf('function', name);
    found.usesStatus ||= STATUS_FUNCTIONS.has(name);
    found.usesScope ||= found.usesStatus || (support?.status === 'supported' && support.byScope === true);
    for (const argument of node.args) inspect(argument, found);
  } else if (node instanceof Logical) {
    for (const argument of node.args) inspect(argument, found);
  } else if (node instanceof Binary) {
    inspect(node.left, found);
    inspect(node.right, found);
  } else if (node instanceof Unary) {
    inspect(node.expr, found);
  } else if (node instanceof Grouping) {
    inspect(node.group, found);
  } else if (node instanceof IndexAccess) {
    inspect(node.expr, found);
    inspect(node.index, found);
  }
}

function checkName(kind: 'context' | 'function', token: Token, found: Found): void {
  const name = token.lexeme.toLowerCase();
  const support = found.supportOf(kind, name);
  if (support?.status === 'supported') return;
  // The parser finds its functions on a plain object, so that "constructor" passes for one.
  const message =
    support?.status === 'refused'
      ? `"${token.lexeme}" is not supported: ${support.instead}`
      : `Unrecognized ${kind === 'context' ? 'named-value' : 'function'}: '${token.lexeme}'`;
  found.problems.push({ message, line: token.range.start.line, column: token.range.start.column });
}
