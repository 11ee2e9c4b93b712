import type { FunctionDefinition } from '@actions/expressions/funcs/info';
import type { ExpressionDialect, NameSupport } from '../expression/dialect.js';
import { FROM_JSON } from '../expression/expression.js';
import { type ExpressionData, toData, toJson } from '../expression/expression-data.js';

/** What the expressions of flows may look at. Which of them there is depends on the place: see `FlowDefinition`. */
export const FLOW_CONTEXTS = [
  'input',
  'state',
  'item',
  'index',
  'output',
  'round',
  'message',
  'run',
  'vars',
  'secrets',
] as const;

export type FlowContext = (typeof FLOW_CONTEXTS)[number];

const ENGINE_FUNCTIONS = ['contains', 'startswith', 'endswith', 'format', 'join', 'tojson', 'fromjson', 'case'];

const REFUSED_FUNCTIONS: { readonly [name: string]: string } = {
  success: 'leave it out: a node is due by its edges; what a failure does is said by "onError"',
  failure: 'use "onError": { "goto": ... }, or "continue" and a condition over output.error',
  cancelled: 'leave it out: a run that is cancelled starts no node but the "undo" of sagas',
  always: 'leave it out: a node is due by its edges',
  hashfiles: 'leave it out: call "tool:hash-files@v1" with { "patterns": [...] } in a task',
};

/**
 * How many there are: items of a list, members of an object, UTF-16 units of a text; 0 of null. The length of a number or a
 * boolean is that of its text.
 */
const LENGTH: FunctionDefinition = {
  name: 'length',
  minArgs: 1,
  maxArgs: 1,
  call: (value: ExpressionData) => toData(lengthOf(value)),
};

function lengthOf(value: ExpressionData): number {
  if ('values' in value) {
    // Of JSON this converts nothing.
    const json = toJson(value);
    if (Array.isArray(json)) return json.length;
    return typeof json === 'object' && json !== null ? Object.keys(json).length : 0;
  }
  return value.coerceString().length;
}

const PATCHED_ARITY = { name: 'patched', minArgs: 1, maxArgs: 1 } as const;

/**
 * `patched('id')`, for `statusFunctions` of a scope: whether the run began under a definition that has the patch. The id is
 * looked up as it is written.
 */
export function patchedFunction(isPatched: (id: string) => boolean): ReadonlyMap<string, FunctionDefinition> {
  const call = (id: ExpressionData): ExpressionData => toData(isPatched(id.coerceString()));
  return new Map([['patched', { ...PATCHED_ARITY, call }]]);
}

const SUPPORTED: NameSupport = { status: 'supported' };
const BY_SCOPE: NameSupport = { status: 'supported', byScope: true };

/** What to write where a secret is named in another way than it may be. */
export const SECRET_ADVICE =
  'write ${{ secrets.NAME }}, alone or as a part of a text, in the "input" of a task, and nowhere else';

const SUPPORT: ReadonlyMap<string, NameSupport> = new Map<string, NameSupport>([
  ...FLOW_CONTEXTS.map((name) => [`context ${name}`, SUPPORTED] as const),
  ['context secrets', { status: 'refused', instead: SECRET_ADVICE }],
  ...['github', 'env', 'inputs', 'steps', 'needs', 'job', 'jobs', 'matrix', 'strategy', 'runner'].map(
    (name) => [`context ${name}`, { status: 'refused', instead: insteadOf(name) }] as const,
  ),
  ...ENGINE_FUNCTIONS.map((name) => [`function ${name}`, SUPPORTED] as const),
  ['function length', SUPPORTED],
  ['function patched', BY_SCOPE],
  ...Object.entries(REFUSED_FUNCTIONS).map(
    ([name, instead]) => [`function ${name}`, { status: 'refused', instead }] as const,
  ),
]);

function insteadOf(context: string): string {
  const others = FLOW_CONTEXTS.filter((name) => name !== 'secrets').join(', ');
  return context === 'inputs' ? 'use input' : `it is for workflows; flows have ${others}`;
}

/**
 * What the expressions of flows may name. `secrets` is known here only to be refused: `${{ secrets.NAME }}` is taken out of an
 * input before expressions are compiled.
 */
export const FLOW_DIALECT: ExpressionDialect = {
  contexts: [
    ...FLOW_CONTEXTS,
    'github',
    'env',
    'inputs',
    'steps',
    'needs',
    'job',
    'jobs',
    'matrix',
    'strategy',
    'runner',
  ],
  functions: new Map<string, FunctionDefinition>([
    ['fromjson', FROM_JSON],
    ['length', LENGTH],
    // Scopes answer it; without one that does, no run has any patch.
    ...patchedFunction(() => false),
  ]),
  supportOf: (kind, name) => SUPPORT.get(`${kind} ${name}`),
};
