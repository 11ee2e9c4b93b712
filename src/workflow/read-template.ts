import { splitAllowedContext } from '@actions/workflow-parser/templates/allowed-context';
import type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isBoolean, isMapping, isNumber, isSequence } from '@actions/workflow-parser/templates/tokens/type-guards';
import { plainNumber } from '../expression/bounded-json.js';
import { type ExpressionNames, parseExpression } from '../expression/expression-parser.js';
import type { Entry, ExpressionSource, Template } from '../expression/template-source.js';
import { OPEN, splitText } from '../expression/text-parts.js';
import type { Position } from './findings.js';
import { asMapping, namesIn, positionOf, type Reading } from './reading.js';
import { secretProblems } from './secret-rules.js';
import type { SourceText } from './source.js';
import { supportOf } from './syntax-table.js';

/** Deeper inputs help nobody, and evaluating them must not exhaust a stack. */
export const TEMPLATE_DEPTH_MAX = 32;

/** What the expressions of a token may name, by GitHub's schema. */
export function namesFor(token: TemplateToken): ExpressionNames {
  const { namedContexts, functions } = splitAllowedContext(token.definitionInfo?.allowedContext ?? []);
  return { contexts: namedContexts, functions };
}

/** Any value: literals keep their YAML type, expressions become sources. What is wrong with them becomes findings. */
export function readTemplate(reading: Reading, token: TemplateToken, depth = 0): Template {
  if (depth > TEMPLATE_DEPTH_MAX) {
    reading.findings.add(positionOf(token), `values may be nested ${TEMPLATE_DEPTH_MAX} levels deep`);
    return { kind: 'value', value: null };
  }
  if (isMapping(token)) return mapOf(entriesOf(reading, token, depth + 1));
  if (isSequence(token)) return listOf([...token].map((item) => readTemplate(reading, item, depth + 1)));
  if (isBoolean(token)) return { kind: 'value', value: token.value };
  if (isNumber(token)) return { kind: 'value', value: plainNumber(token.value) };
  const text = textOf(reading, token);
  return text === undefined ? { kind: 'value', value: null } : readText(reading, token, text);
}

/** The entries of a mapping such as `env`, in order. */
export function readEntries(reading: Reading, token: TemplateToken, what: string): readonly Entry[] {
  const mapping = asMapping(reading, token, what);
  return mapping === undefined ? [] : entriesOf(reading, mapping, 0);
}

function entriesOf(reading: Reading, token: MappingToken, depth: number): readonly Entry[] {
  return namesIn(reading, token).map(({ name, value }) => ({ name, value: readTemplate(reading, value, depth) }));
}

/** A string as it was written, or made from what is no string in YAML. */
export function textOf(reading: Reading, token: TemplateToken): SourceText | undefined {
  const kept = reading.source.textOf(token);
  if (kept !== undefined) return kept;
  const value = 'value' in token && typeof token.value === 'string' ? token.value : undefined;
  return value === undefined ? undefined : { value, written: value, isBlock: false, range: token.range };
}

function readText(reading: Reading, token: TemplateToken, text: SourceText): Template {
  const split = splitText(text.value);
  if (!split.some((part) => typeof part !== 'string')) return { kind: 'value', value: text.value };
  let nth = 0;
  const parts = split.map((part) => {
    if (typeof part === 'string') return part;
    const position = positionInside(token, text, nth, part.leading);
    nth += 1;
    return readExpression(reading, token, part.expr, position);
  });
  const [first] = parts;
  return parts.length === 1 && typeof first === 'object'
    ? { kind: 'expression', source: first }
    : { kind: 'text', parts };
}

/** Checks one expression; findings about it take the place of the parser's. */
export function readExpression(
  reading: Reading,
  token: TemplateToken,
  expr: string,
  position: Position,
): ExpressionSource {
  const { contexts, functions } = namesFor(token);
  // Secrets are known everywhere, so that it can be said where they may stand.
  const unlisted = reading.secrets === 'here' && contexts.includes('secrets') ? [] : ['secrets'];
  const parsed = parseExpression(expr, { contexts: [...contexts, 'secrets'], functions, unlisted }, supportOf);
  const problems = parsed.ok ? secretProblems(parsed.root, reading.secrets) : parsed.problems;
  for (const { message, line, column } of problems) {
    const at = { line: position.line + line, column: line === 0 ? position.column + column : column + 1 };
    reading.findings.add(at, message);
  }
  if (problems.length > 0) reading.findings.cover(reading.source.textOf(token)?.range);
  return { expr, line: position.line, column: position.column };
}

/**
 * Where the `nth` expression of a text starts, `leading` characters behind its opening. Counting openings in the written
 * form finds it even where YAML folds lines, removes indentation or resolves escapes.
 */
export function positionInside(token: TemplateToken, text: SourceText, nth: number, leading: number): Position {
  const start = positionOf(token) ?? { line: 1, column: 1 };
  let at = text.written.indexOf(OPEN);
  for (let skipped = 0; skipped < nth && at >= 0; skipped += 1) at = text.written.indexOf(OPEN, at + OPEN.length);
  if (at < 0) return start;
  const before = text.written.slice(0, at + OPEN.length + leading).split('\n');
  const last = before.at(-1) ?? '';
  const isFirstLine = before.length === 1 && !text.isBlock;
  return {
    line: start.line + before.length - 1 + (text.isBlock ? 1 : 0),
    column: isFirstLine ? start.column + last.length : last.length + 1,
  };
}

function mapOf(entries: readonly Entry[]): Template {
  const values = entries.map(({ name, value }) => [name, value] as const);
  if (!values.every(([, value]) => value.kind === 'value')) return { kind: 'map', entries };
  const literal = values.map(([name, value]) => [name, value.kind === 'value' ? value.value : null] as const);
  return { kind: 'value', value: Object.fromEntries(literal) };
}

function listOf(items: readonly Template[]): Template {
  if (!items.every((item) => item.kind === 'value')) return { kind: 'list', items };
  return { kind: 'value', value: items.map((item) => (item.kind === 'value' ? item.value : null)) };
}
