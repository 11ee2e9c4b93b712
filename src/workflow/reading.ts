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
}

/** A key of a mapping with its value. */
export interface Field {
  readonly key: ScalarToken;
  readonly value: TemplateToken;
}

/** Where a token starts. */
export function positionOf(token: TemplateToken): Position | undefined {
  return token.range?.start;
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
    }
  }
  return fields;
}

/** A key's text. An expression is no key: the shape of a workflow is known before it runs. */
export function keyText(reading: Reading, key: ScalarToken): string | undefined {
  if (isString(key)) return key.value;
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
