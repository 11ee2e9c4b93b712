import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { ExpressionDialect, NameSupport } from '../expression/dialect.js';
import { FROM_JSON } from '../expression/expression.js';
import { SYNTAX_TABLE, supportOf } from './syntax-table.js';

/** GitHub's limit of the patterns that `hashFiles` takes. */
const PATTERNS_MAX = 255;

/** Stands where no step's scope answers in its place: the hash comes from a call, and only steps make calls. */
const HASH_FILES: FunctionDefinition = {
  name: 'hashFiles',
  minArgs: 1,
  maxArgs: PATTERNS_MAX,
  call: () => {
    throw new Error('hashFiles can be used in steps only');
  },
};

const BY_SCOPE: NameSupport = { status: 'supported', byScope: true };

/** What the expressions of workflows may name. Where each may stand is checked when a workflow is read. */
export const WORKFLOW_DIALECT: ExpressionDialect = {
  contexts: Object.keys(SYNTAX_TABLE.context),
  functions: new Map([
    ['fromjson', FROM_JSON],
    ['hashfiles', HASH_FILES],
  ]),
  supportOf: (kind, name) => (kind === 'function' && name === 'hashfiles' ? BY_SCOPE : supportOf(kind, name)),
};
