import type {
  MappingToken,
  ScalarToken,
  SequenceToken,
  TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
import {
  isBasicExpression,
  isMapping,
  isScalar,
  isSequence,
  isString,
} from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Findings, Position } from './findings.js';
import type { Source } from './source.js';
import { type Section, supportOf } from './syntax-table.js';

/** What the readers of a workflow's parts share. */
export interface Reading {
  readonly source: Source;
  readonly findings: Findings;
  /** Where `secrets` may stand; see `withSecrets`. An action has none. */
  readonly secrets: 'nowhere' | 'elsewhere' | 'here';
}

/** The same reading of what may have secrets, unless the whole file has none. */
export function withSecrets(reading: Reading): Reading {
  return reading.secrets === 'nowhere' ? reading : { ...reading, secrets: 'here' };
}

/** A key of a mapping with its value. */
export interface Field {
  readonly key: ScalarToken;
  readonly value: TemplateToken;
}

const START: Position = { line: 1, column: 1 };

/** Where a token starts. */
export function positionOf(token: TemplateToken): Position | undefined {
  return token.range?.start;
}

/** The same as members of a definition. */
export function placeOf(token: TemplateToken): Position {
  const { line, column } = token.range?.start ?? START;
  return { line, column };
}

/**
 * The supported keys of a mapping. Keys that TAU refuses become findings; those that it ignores, and those that
 * GitHub's parser has refused already, are left out.
 */
export function fieldsOf(reading: Reading, section: Section, token: MappingToken): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const { key, value } of token) {
    const name = keyText(reading, key);
    if (name === undefined) continue;
    const support = supportOf(section, name);
    if (support?.status === 'supported') fields.set(name, { key, value });
    if (support?.status === 'refused') {
      reading.findings.add(positionOf(key), `"${name}" is not supported: ${support.instead}`);
      // What stands under it shares its fate.
      reading.findings.cover(value.range);
    }
  }
  return fields;
}

/** The same of what may be left out, or may be no mapping: GitHub's parser has then said so. */
export function fieldsIn(
  reading: Reading,
  section: Section,
  token: TemplateToken | undefined,
): ReadonlyMap<string, Field> {
  return token !== undefined && isMapping(token) ? fieldsOf(reading, section, token) : new Map<string, Field>();
}

/** A mapping's names with what stands under each. Names that would be lost in an object become findings. */
export function namesIn(reading: Reading, token: TemplateToken | undefined): readonly (Field & { name: string })[] {
  if (token === undefined || !isMapping(token)) return [];
  return [...token].flatMap(({ key, value }) => {
    const name = keyText(reading, key);
    if (name === undefined) return [];
    const problem = nameProblem(name);
    if (problem === undefined) return [{ name, key, value }];
    reading.findings.add(positionOf(key), problem);
    return [];
  });
}

/** What is wrong with a name that may be chosen freely; undefined when nothing is. */
export function nameProblem(name: string): string | undefined {
  if (name === '__proto__') return '"__proto__" cannot be used as a name';
  return name === '<<' ? 'merge keys ("<<") are not supported: write the keys out' : undefined;
}

/** A key's text. An expression is no key: the shape of a workflow is known before it runs. */
export function keyText(reading: Reading, key: ScalarToken): string | undefined {
  if (isString(key) && typeof key.value === 'string') return key.value;
  reading.findings.add(positionOf(key), 'a key must be plain text');
  return undefined;
}

/** A mapping, or undefined with a finding. */
export function asMapping(reading: Reading, token: TemplateToken, what: string): MappingToken | undefined {
  if (isMapping(token)) return token;
  reading.findings.add(positionOf(token), `${what} must be a mapping of names to values`);
  return undefined;
}

/** A sequence, or undefined with a finding. */
export function asSequence(reading: Reading, token: TemplateToken, what: string): SequenceToken | undefined {
  if (isSequence(token)) return token;
  reading.findings.add(positionOf(token), `${what} must be a list`);
  return undefined;
}

/** Text without expressions, or undefined with a finding. Numbers and booleans count as their text. */
export function asPlainText(reading: Reading, token: TemplateToken, what: string): string | undefined {
  if (isScalar(token) && !isBasicExpression(token)) return isString(token) ? token.value : token.toString();
  reading.findings.add(positionOf(token), `${what} must be plain text`);
  return undefined;
}

/** One text or a list of texts, each with its token. */
export function asTexts(reading: Reading, token: TemplateToken, what: string): readonly [string, TemplateToken][] {
  const tokens = isSequence(token) ? [...token] : [token];
  return tokens.flatMap((item) => {
    const text = asPlainText(reading, item, what);
    return text === undefined ? [] : [[text, item]];
  });
}
