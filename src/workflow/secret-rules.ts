import type { Expr } from '@actions/expressions/ast';
import type { ExpressionProblem } from '../expression/expression-parser.js';
import { contextPaths } from './context-paths.js';
import type { Reading } from './reading.js';

/** Names of secrets. Those that are kept at GitHub have no dash; what a called workflow calls the ones it is given may. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const CREDENTIALS =
  'leave it out: the extension that serves an action holds its credentials, and "permissions" bounds what it may do';

const ALONE =
  'a secret stands alone, so that no machine ever holds its value: write ${{ secrets.NAME }}, as a whole value or as a part of a text, in "with" or "env"';

const ELSEWHERE =
  'secrets stand in "with", in "env" and in the "secrets" of a called workflow, and nowhere else: give it to the step in one of them';

const NOWHERE =
  'a composite action has no secrets: declare an input, and let the workflow that uses the action pass it by "with"';

/**
 * What an expression does with secrets that it must not. Their values are put in by whoever serves a call, so that an
 * expression can only name one, alone, and only where a call's input comes from.
 */
export function secretProblems(root: Expr, where: Reading['secrets']): readonly ExpressionProblem[] {
  return contextPaths(root).flatMap(({ names, isOpen, isAlone, line, column }) => {
    const [context, name = ''] = names;
    if (context === 'github' && name.toLowerCase() === 'token') {
      return [{ message: `"github.token" is not supported: ${CREDENTIALS}`, line, column }];
    }
    if (context !== 'secrets') return [];
    if (name.toLowerCase() === 'github_token') {
      return [{ message: `"secrets.GITHUB_TOKEN" is not supported: ${CREDENTIALS}`, line, column }];
    }
    if (where !== 'here') return [{ message: where === 'nowhere' ? NOWHERE : ELSEWHERE, line, column }];
    const isOne = isAlone && !isOpen && names.length === 2 && SECRET_NAME.test(name);
    return isOne ? [] : [{ message: ALONE, line, column }];
  });
}
