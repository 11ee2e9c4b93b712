import { Lexer, Parser } from '@actions/expressions';
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
import {
  type ExpressionNames,
  type ExpressionProblem,
  type KnownNames,
  problemOf,
  unknownName,
} from './expression-problem.js';

export type { ExpressionNames, ExpressionProblem, FunctionArity } from './expression-problem.js';

/** The functions that ask how the work so far has gone. They may stand in conditions only. */
export const STATUS_FUNCTIONS: ReadonlySet<string> = new Set(['success', 'failure', 'cancelled', 'always']);

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
  if (text.trim() === '') {
    const message = 'an expression is missing: write one, or leave the braces out';
    return { ok: false, problems: [{ message, line: 0, column: 0 }] };
  }
  const known: KnownNames = { ...names, supportOf };
  try {
    const tokens = new Lexer(text).lex().tokens.map(withWholeString);
    const functions = names.functions.map((arity) => ({ ...arity }));
    const root = new Parser(tokens, [...names.contexts], functions).parse();
    const found: Found = { problems: [], usesStatus: false, usesScope: false, known };
    inspect(root, found);
    return found.problems.length > 0
      ? { ok: false, problems: found.problems }
      : { ok: true, root, usesStatus: found.usesStatus, usesScope: found.usesScope };
  } catch (thrown) {
    return { ok: false, problems: [problemOf(thrown, text, known)] };
  }
}

/** The lexer turns only the first `''` of a string into an apostrophe. */
function withWholeString(token: Token): Token {
  return token.type === TokenType.STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token;
}

interface Found {
  readonly known: KnownNames;
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
    const support = found.known.supportOf('function', name);
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
  const { lexeme, range } = token;
  if (found.known.supportOf(kind, lexeme.toLowerCase())?.status === 'supported') return;
  // The parser finds its functions on a plain object, so that "constructor" passes for one.
  const message = unknownName(kind, lexeme, found.known);
  found.problems.push({ message, line: range.start.line, column: range.start.column });
}
