import { SYNTAX_TABLE } from './syntax-table.js';

const MISSING = /^There's not enough info to determine what you meant\. Add one of these properties: (.*)$/;

/** GitHub's messages and YAML's that mean nothing to who writes a workflow, and what they say here. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/^Source contains multiple documents/, 'a workflow file holds one YAML document'],
  [/^Expected a scalar value, a sequence, or a mapping$/, 'a value is missing, or refers to itself'],
  [/^Unexpected value '<<'$/, 'merge keys ("<<") are not supported: write the keys out'],
  [/^Maximum call stack size exceeded/, 'values are nested too deep'],
  [/^Cannot read propert/, 'a key has a name that the workflow language does not know'],
];

/** A parser's message on one line, in words that fit what TAU supports. */
export function clearMessage(message: string): string {
  const line = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  for (const [pattern, clear] of REPLACED) if (pattern.test(line)) return clear;
  const missing = MISSING.exec(line);
  if (missing?.[1] === undefined) return line;
  const usable = missing[1].split(', ').filter(isSupported);
  return `this cannot be told apart; add one of these keys: ${usable.join(', ')}`;
}

function isSupported(key: string): boolean {
  const { job, calledJob, step } = SYNTAX_TABLE;
  return [job, calledJob, step].some((keys) => Object.hasOwn(keys, key) && keys[key]?.status === 'supported');
}
