import { ExpressionError, MAX_EXPRESSION_LENGTH, MAX_PARSER_DEPTH } from '@actions/expressions/errors';
import { wellKnownFunctions } from '@actions/expressions/funcs';
import type { ExpressionDialect } from './dialect.js';

/** A function that may be called beside the well-known ones, with how many arguments it takes. */
export interface FunctionArity {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
}

/** What an expression may name. */
export interface ExpressionNames {
  readonly contexts: readonly string[];
  readonly functions: readonly FunctionArity[];
  /** Those of the contexts that are known only to be refused: nobody is told to use them. */
  readonly unlisted?: readonly string[];
}

/** Something wrong with an expression. Line and column count from 0, within the expression's text. */
export interface ExpressionProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** The names at a place, and what the language says of them. */
export interface KnownNames extends ExpressionNames {
  readonly supportOf: ExpressionDialect['supportOf'];
}

const ARITHMETIC = 'expressions do not calculate: let a step do it, and read its output';
const SHORTEN = 'make a part of it the output of an earlier step';
const TOO_SHORT = 'the expression ends too early: something is missing behind';

/** What other languages have, and this one writes otherwise. */
const OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['=', '"=" is no operator: write =='],
  ['&', '"&" is no operator: write &&'],
  ['|', '"|" is no operator: write ||'],
  ['and', '"and" is no operator: write &&'],
  ['or', '"or" is no operator: write ||'],
  ['not', '"not" is no operator: write !'],
  ['?', 'there is no "?:": write condition && a || b, or case(condition, a, b)'],
  ...Array.from('+-*/%', (sign) => [sign, ARITHMETIC] as const),
]);

/** What the engine's parser says of a text that it refuses, with its place and what to write instead. */
export function problemOf(thrown: unknown, text: string, names: KnownNames): ExpressionProblem {
  if (thrown instanceof ExpressionError) {
    const { line, column } = thrown.pos;
    return { message: parserMessage(thrown, text, names), line, column };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (message === 'ErrorExceededMaxLength') {
    const problem = `the expression has ${text.length} characters, and may have ${MAX_EXPRESSION_LENGTH}: ${SHORTEN}`;
    return { message: problem, line: 0, column: 0 };
  }
  const [, symbol, position] =
    /^Unexpected symbol: '([\s\S]*?)'\. Located at position (\d+) within/.exec(message) ?? [];
  if (symbol === undefined) return { message, line: 0, column: 0 };
  const before = text.slice(0, Number(position) - 1);
  const lines = before.split('\n');
  const place = { line: lines.length - 1, column: (lines.at(-1) ?? '').length };
  return { message: unexpected(symbol, before), ...place };
}

/** What is wrong with a name that the language does not know, or not at this place. */
export function unknownName(kind: 'context' | 'function', name: string, names: KnownNames): string {
  const support = names.supportOf(kind, name.toLowerCase());
  if (support?.status === 'refused') return `"${name}" is not supported: ${support.instead}`;
  const otherwise = kind === 'context' ? OTHERWISE.get(name.toLowerCase()) : undefined;
  if (otherwise !== undefined) return otherwise;
  const known = knownNames(kind, names).join(', ') || 'none';
  if (support !== undefined) return `"${name}" cannot be used here: there are ${known}`;
  const advice = kind === 'context' ? '; a text stands in single quotes' : '';
  return `there is no ${kind} "${name}": there are ${known}${advice}`;
}

function knownNames(kind: 'context' | 'function', { contexts, functions, unlisted, supportOf }: KnownNames): string[] {
  const all =
    kind === 'context' ? contexts.filter((name) => unlisted?.includes(name) !== true) : functionNames(functions);
  return [...new Set(all)].filter((name) => supportOf(kind, name.toLowerCase())?.status === 'supported');
}

/** In the spelling of GitHub's documents, which the engine's own differs from. */
function functionNames(functions: readonly FunctionArity[]): readonly string[] {
  return [...Object.values(wellKnownFunctions), ...functions].map(({ name }) => name.replace(/Json$/, 'JSON'));
}

function parserMessage({ message, pos }: ExpressionError, text: string, names: KnownNames): string {
  const [, what = '', symbol = ''] = /^(.*?)(?: \d+)?: '([\s\S]*)'$/.exec(message) ?? [];
  switch (what) {
    case 'Unexpected end of expression':
      return `${TOO_SHORT} "${short(symbol)}"`;
    case 'Unexpected symbol': {
      // The parser calls the end of the text EOF.
      const isEnd = symbol === 'EOF' && text.split('\n')[pos.line]?.startsWith('EOF', pos.column) !== true;
      return isEnd ? `${TOO_SHORT} "${lastSymbol(text)}"` : unexpected(symbol, '');
    }
    case 'Exceeded max expression depth':
      return `the expression is nested more than ${MAX_PARSER_DEPTH} levels deep: ${SHORTEN}`;
    case 'Too few parameters supplied':
      return `"${symbol}" was given too few arguments: it takes ${takenBy(symbol, names)}`;
    case 'Too many parameters supplied':
      return `"${symbol}" was given too many arguments: it takes ${takenBy(symbol, names)}`;
    case 'Even number of parameters supplied, requires an odd number of parameters':
      return `"${symbol}" takes pairs of a condition and a value, and the value of all else at the end`;
    case 'Unrecognized function':
      return unknownName('function', symbol, names);
    case 'Unrecognized named-value':
      return unknownName('context', symbol, names);
    default:
      return message;
  }
}

/** `before`: what the expression has in front of it. */
function unexpected(symbol: string, before: string): string {
  const operator = before.slice(-2);
  if (symbol === '=' && (operator === '==' || operator === '!='))
    return `"${operator}=" is no operator: write ${operator}`;
  const otherwise = OTHERWISE.get(symbol.toLowerCase());
  if (otherwise !== undefined) return otherwise;
  if (symbol.startsWith("'")) return "the text is not closed: write ' behind it, and '' for an apostrophe within it";
  const [, quoted] = /^(?:"([^"']*)"|`([^`']*)`)$/.exec(symbol) ?? [];
  if (quoted !== undefined) return `a text stands in single quotes: write '${short(quoted)}'`;
  if (/^["`]/.test(symbol)) return 'a text stands in single quotes';
  if (/^[+-][\d.]+$/.test(symbol)) return ARITHMETIC;
  const wrong = `"${short(symbol)}" cannot stand here`;
  return /^[\d.]+[-+*/%]/.test(symbol) ? `${wrong}: ${ARITHMETIC}` : wrong;
}

function takenBy(name: string, { functions }: KnownNames): string {
  const lower = name.toLowerCase();
  const all: readonly FunctionArity[] = [...Object.values(wellKnownFunctions), ...functions];
  const { minArgs, maxArgs } = all.find((one) => one.name.toLowerCase() === lower) ?? { minArgs: 0, maxArgs: 0 };
  if (maxArgs === 0) return 'none';
  if (minArgs === maxArgs) return String(minArgs);
  return maxArgs > 100 ? `at least ${minArgs}` : `${minArgs} to ${maxArgs}`;
}

function lastSymbol(text: string): string {
  return short(/(\w+|\W)\s*$/.exec(text)?.[1] ?? '');
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
