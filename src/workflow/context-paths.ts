import { data } from '@actions/expressions';
import {
  Binary,
  ContextAccess,
  type Expr,
  FunctionCall,
  Grouping,
  IndexAccess,
  Literal,
  Logical,
  Unary,
} from '@actions/expressions/ast';

/** What an expression looks at: a context and the names behind it, as far as they are written out. */
export interface ContextPath {
  /** The context in lower case, then names as written, e.g. `needs`, `build`, `outputs`, `url`: each is taken in any case. */
  readonly names: readonly string[];
  /** Whether there is more behind them, which only a run can tell: `needs[matrix.job]`, `needs.*`. */
  readonly isOpen: boolean;
  /** Whether the expression is this path and nothing else. */
  readonly isAlone: boolean;
  /** Where it starts in the expression's text. Both count from 0. */
  readonly line: number;
  readonly column: number;
}

/** All that an expression looks at, in the order of its text. */
export function contextPaths(root: Expr): readonly ContextPath[] {
  const found: ContextPath[] = [];
  visit(root, root, found);
  return found;
}

function visit(node: Expr, root: Expr, found: ContextPath[]): void {
  if (node instanceof ContextAccess || node instanceof IndexAccess) {
    visitAccess(node, root, found);
  } else if (node instanceof FunctionCall || node instanceof Logical) {
    for (const argument of node.args) visit(argument, root, found);
  } else if (node instanceof Binary) {
    visit(node.left, root, found);
    visit(node.right, root, found);
  } else if (node instanceof Unary) {
    visit(node.expr, root, found);
  } else if (node instanceof Grouping) {
    visit(node.group, root, found);
  }
}

function visitAccess(node: ContextAccess | IndexAccess, root: Expr, found: ContextPath[]): void {
  const indexes: Expr[] = [];
  let base: Expr = node;
  for (; base instanceof IndexAccess; base = base.expr) indexes.unshift(base.index);
  if (base instanceof ContextAccess) {
    const names = [base.name.lexeme.toLowerCase()];
    for (const index of indexes) {
      const name = nameOf(index);
      if (name === undefined) break;
      names.push(name);
    }
    const { line, column } = base.name.range.start;
    found.push({ names, isOpen: names.length <= indexes.length, isAlone: node === root, line, column });
  } else {
    visit(base, root, found);
  }
  for (const index of indexes) if (nameOf(index) === undefined) visit(index, root, found);
}

function nameOf(index: Expr): string | undefined {
  if (!(index instanceof Literal)) return undefined;
  const { literal } = index;
  return literal.kind === data.Kind.String ? literal.value : undefined;
}
