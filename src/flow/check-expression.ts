import type { Expr } from '@actions/expressions/ast';
import {
  Binary,
  ContextAccess,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast';
import type { Token } from '@actions/expressions/lexer';
import type { ExpressionDialect } from '../expression/dialect.js';
import { parseExpression } from '../expression/expression-parser.js';
import type { ExpressionSource } from '../expression/template-source.js';
import { OPEN } from '../expression/text-parts.js';
import { report, type Spot } from './check-scope.js';
import { FLOW_CONTEXTS, FLOW_DIALECT, type FlowContext } from './expression-dialect.js';
import { conditionSource, sourcesOf } from './flow-template.js';
import { listed } from './listed.js';
import { secretName } from './secret-places.js';

/** Where a context is to be found, for messages. */
const WHERE: { readonly [context in FlowContext]: string } = {
  input: 'edges see "state" and "output"',
  state: 'it is in the nodes and edges of a graph',
  item: 'it is in a map, and in a node that an edge with "each" leads to',
  index: 'it is in a map, and in a node that an edge with "each" leads to',
  output: 'it is in "writes", "until", "interrupt.after" and edges from one node',
  round: 'it is in a loop',
  message: 'it is in "when" of a node of kind "receive"',
  run: 'it is everywhere',
  vars: 'it is everywhere',
  secrets: 'it is in the "input" of a task',
};

const NAMES = {
  contexts: FLOW_DIALECT.contexts,
  functions: [
    ...['success', 'failure', 'cancelled', 'always', 'hashFiles'].map((name) => ({ name, minArgs: 0, maxArgs: 255 })),
    ...FLOW_DIALECT.functions.values(),
  ],
};

/** Checks a text that may hold expressions. `withSecrets`: whether `${{ secrets.NAME }}` may stand in it. */
export function checkText(text: string, spot: Spot, withSecrets = false): void {
  if (!text.includes(OPEN)) return;
  const parts = sourcesOf(text, '');
  const last = parts.at(-1);
  if (typeof last === 'string' && last.includes(OPEN)) {
    report(spot, 'an expression is not closed: write }} behind it', { column: text.lastIndexOf(OPEN) + 1 });
  }
  for (const part of parts) {
    if (typeof part === 'string' || (withSecrets && secretName(part.expr) !== undefined)) continue;
    checkExpression(part, spot);
  }
}

/** Checks a condition, or what gives a list: one expression, its braces written or not. */
export function checkCondition(text: string, spot: Spot): void {
  const source = conditionSource(text, '');
  if (source === undefined) report(spot, 'this mixes text with ${{ }}: write one expression, without the braces');
  else checkExpression(source, spot);
}

function checkExpression({ expr, column }: ExpressionSource, spot: Spot): void {
  const parsed = parseExpression(expr, NAMES, supportAt(spot));
  if (parsed.ok) {
    checkNames(parsed.root, { spot, column });
    return;
  }
  for (const problem of parsed.problems) {
    // Contexts that are elsewhere are refused by the dialect's own words, for want of others.
    report(spot, problem.message.replace('is not supported: not here:', 'is not to be seen here:'), {
      column: problem.line === 0 ? column + problem.column : problem.column + 1,
    });
  }
}

/** The dialect's word on a name, but that contexts which are not at this place are refused. */
function supportAt({ scope }: Spot): ExpressionDialect['supportOf'] {
  return (kind, name) => {
    const support = FLOW_DIALECT.supportOf(kind, name);
    const context = FLOW_CONTEXTS.find((known) => known === name);
    if (kind === 'function' || support?.status !== 'supported' || context === undefined) return support;
    return scope.contexts.has(context) ? support : { status: 'refused', instead: `not here: ${WHERE[context]}` };
  };
}

interface Seen {
  readonly spot: Spot;
  readonly column: number;
}

/** Names that the parser does not know: keys of the state, and patches. */
function checkNames(node: Expr, seen: Seen): void {
  if (node instanceof IndexAccess) {
    checkStateKey(node, seen);
    checkSecretKey(node, seen);
    checkNames(node.expr, seen);
    checkNames(node.index, seen);
  } else if (node instanceof FunctionCall) {
    checkPatch(node, seen);
    for (const argument of node.args) checkNames(argument, seen);
  } else if (node instanceof Logical) {
    for (const argument of node.args) checkNames(argument, seen);
  } else if (node instanceof Binary) {
    checkNames(node.left, seen);
    checkNames(node.right, seen);
  } else if (node instanceof Unary) {
    checkNames(node.expr, seen);
  } else if (node instanceof Grouping) {
    checkNames(node.group, seen);
  }
}

function checkStateKey({ expr, index }: IndexAccess, { spot, column }: Seen): void {
  const keys = spot.scope.stateKeys;
  if (!(expr instanceof ContextAccess) || expr.name.lexeme.toLowerCase() !== 'state' || keys === undefined) return;
  if (!(index instanceof Literal)) return;
  const name = index.literal.coerceString();
  if (keys.has(name) || [...keys].some((key) => key.toLowerCase() === name.toLowerCase())) return;
  const known = keys.size === 0 ? 'it has none' : `it has ${listed(keys)}`;
  report(spot, `the state has no key "${name}": ${known}`, { column: columnOf(index.token, column) });
}

/** A message is compared with what is stored, which is the same for every secret: whoever sends that would be let in. */
function checkSecretKey({ expr, index }: IndexAccess, { spot, column }: Seen): void {
  const { contexts, secretKeys, siblings } = spot.scope;
  if (!contexts.has('message') || !(expr instanceof ContextAccess) || !(index instanceof Literal)) return;
  const context = expr.name.lexeme.toLowerCase();
  // What is directly in the graph is given its state.
  if (context !== 'state' && (context !== 'input' || siblings === undefined)) return;
  const name = index.literal.coerceString().toLowerCase();
  const key = [...(secretKeys ?? [])].find((one) => one.toLowerCase() === name);
  if (key === undefined) return;
  const message = `"${key}" is secret, and *** here: any message with *** would do; let a task that is given the secret check it`;
  report(spot, message, { column: columnOf(index.token, column) });
}

function checkPatch({ functionName, args }: FunctionCall, { spot, column }: Seen): void {
  const [id] = args;
  if (functionName.lexeme.toLowerCase() !== 'patched' || !(id instanceof Literal)) return;
  const name = id.literal.coerceString();
  if (spot.walk.patches.has(name)) return;
  const message = `patched('${name}') is true in no run: add "${name}" to "patches" of the definition`;
  report(spot, message, { column: columnOf(id.token, column) });
}

function columnOf(token: Token, column: number): number {
  return token.range.start.line === 0 ? column + token.range.start.column : token.range.start.column + 1;
}
