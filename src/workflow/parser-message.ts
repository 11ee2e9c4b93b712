import { splitAllowedContext } from '@actions/workflow-parser/templates/allowed-context';
import { isSame } from './identifier.js';
import { amongKnown } from './nearest.js';
import type { SchemaPlace } from './schema-place.js';
import { constantsOf, keysOf, kindsOf, mappingsOf } from './schema-place.js';
import { SYNTAX_TABLE } from './syntax-table.js';

const NO_EXPRESSION = 'an expression cannot stand here: write the value itself';

export const NOT_CLOSED = 'an expression is not closed: write }} behind it';

const MISSING = /^There's not enough info to determine what you meant\. Add one of these properties: (.*)$/;

/** GitHub's messages and YAML's that mean nothing to who writes a workflow, and what they say here. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/^Source contains multiple documents/, 'a workflow file holds one YAML document'],
  [/^Expected a scalar value, a sequence, or a mapping$/, 'a value is missing, or refers to itself'],
  [/^Unexpected value '<<'$/, 'merge keys ("<<") are not supported: write the keys out'],
  [/^Maximum call stack size exceeded/, 'values are nested too deep'],
  [/^Cannot read propert/, 'a key has a name that the workflow language does not know'],
  [/^A template expression is not allowed in this context$/, NO_EXPRESSION],
  [/^The expression is not closed/, NOT_CLOSED],
];

/** What to write under a key that every file needs. */
const NEEDED: Readonly<Record<string, string>> = {
  on: 'say what starts the workflow, e.g. on: workflow_dispatch',
  jobs: 'say what the workflow does, e.g. jobs: { greet: { steps: [{ run: echo hello }] } }',
  runs: 'say what the action does, e.g. runs: { using: composite, steps: [...] }',
  shell: 'an action says what runs its scripts, e.g. shell: bash',
  group: 'name the group that has one run at a time',
};

/** A parser's message on one line, in words that fit what TAU supports. `place` is where the parser found it, if known. */
export function clearMessage(message: string, place?: SchemaPlace): string {
  const line = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  for (const [pattern, clear] of REPLACED) if (pattern.test(line)) return clear;
  const [, twice] = /^'(.*)' is already defined$/.exec(line) ?? [];
  if (twice !== undefined) return twiceMessage(twice, place);
  const [, value] = /^Unexpected value '(.*)$/.exec(line) ?? [];
  if (value !== undefined) return unexpectedValue(value.replace(/'$/, ''), place);
  const [, kind] = /^A (sequence|mapping) was not expected$/.exec(line) ?? [];
  if (kind !== undefined)
    return `a ${kind === 'sequence' ? 'list' : 'mapping'} cannot stand here${insteadOf('', place?.expected)}`;
  const [, unknown, name] = /^Unrecognized (named-value|function): '(.*)'/.exec(line) ?? [];
  if (unknown !== undefined && name !== undefined && place !== undefined) return unrecognized(unknown, name, place);
  const [, needed] = /^Required property is missing: (.*)$/.exec(line) ?? [];
  if (needed !== undefined) return `"${needed}" is missing: ${NEEDED[needed] ?? 'add it'}`;
  const missing = MISSING.exec(line);
  if (missing?.[1] === undefined) return line;
  return `this cannot be told apart; add one of these keys: ${missing[1].split(', ').filter(saysSomething).join(', ')}`;
}

/** TAU checks expressions itself; what is left to the parser stands in keys that mean nothing, or where none may stand. */
function unrecognized(kind: string, name: string, { expected: { allowedContext } }: SchemaPlace): string {
  if (allowedContext.length === 0) return NO_EXPRESSION;
  const { namedContexts, functions } = splitAllowedContext(allowedContext);
  const known = kind === 'function' ? functions.map((one) => one.name) : namedContexts;
  return `"${short(name)}" cannot be used here: ${amongKnown(name, known)}`;
}

/** Whether a key tells one kind of job or step from another: those of no effect do not. */
function saysSomething(key: string): boolean {
  const { job, calledJob, step } = SYNTAX_TABLE;
  return [job, calledJob, step].some((keys) => Object.hasOwn(keys, key) && keys[key]?.status === 'supported');
}

function twiceMessage(key: string, place: SchemaPlace | undefined): string {
  const first = place?.mapping && [...place.mapping].find((pair) => isSame(pair.key.toString(), key))?.key;
  const at = first?.range === undefined ? '' : `, first on line ${first.range.start.line}`;
  const as = first === undefined || first.toString() === key ? '' : ` as "${first.toString()}"`;
  return `"${short(key)}" stands here twice${at}${as}: leave one of them out, or give it another name`;
}

function unexpectedValue(value: string, place: SchemaPlace | undefined): string {
  if (place !== undefined && !place.isValue) return unexpectedKey(value, place);
  if (value === '') return `a value is missing${insteadOf('', place?.expected)}`;
  return `"${short(value)}" cannot stand here${insteadOf(value, place?.expected)}`;
}

function unexpectedKey(key: string, { expected, mapping }: SchemaPlace): string {
  if (key === '') return 'a key is missing: write one in front of the colon';
  const present = [...(mapping ?? [])].map((pair) => pair.key.toString());
  const others = mappingsOf(expected).filter(({ properties }) => Object.hasOwn(properties, key));
  if (others.length > 0) {
    const rival = present.find((name) => others.every(({ properties }) => !Object.hasOwn(properties, name)));
    if (rival !== undefined) return `"${key}" and "${rival}" exclude each other: leave one of them out`;
  }
  const known = keysOf(expected);
  if (key === 'type' && known.includes('deprecationMessage'))
    return 'there is no key "type" here: inputs of an action are texts, so leave it out';
  const written = known.find((name) => isSame(name, key));
  if (written !== undefined) return `there is no key "${short(key)}" here: write ${written}`;
  return `there is no key "${short(key)}" here: ${amongKnown(key, known)}`;
}

/** What may stand in the place of a value. */
function insteadOf(value: string, expected: SchemaPlace['expected'] | undefined): string {
  if (expected === undefined) return '';
  const constants = constantsOf(expected);
  const kinds = kindsOf(expected);
  const words = value.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length > 1 && words.every((word) => constants.includes(word)))
    return `: write a list, [${words.join(', ')}]`;
  if (value !== '' && constants.length > 1) return `: ${amongKnown(value, constants)}`;
  const all = [...(constants.length > 20 ? ['a name'] : constants), ...kinds];
  return all.length === 0 ? '' : `: write ${all.join(', or ')}`;
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
