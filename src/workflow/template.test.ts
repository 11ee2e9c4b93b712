import { data } from '@actions/expressions';
import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { attempt } from '../expression/expression.js';
import { toData } from '../expression/expression-data.js';
import { compileEntries } from '../expression/template.js';
import type { ExpressionSource, Template } from '../expression/template-source.js';
import { compileBoolean, compileText, compileTimeoutMs, compileValue } from './template.js';

const source = (expr: string): ExpressionSource => ({ expr, line: 1, column: 1 });
const expression = (expr: string): Template => ({ kind: 'expression', source: source(expr) });
const value = (json: Json): Template => ({ kind: 'value', value: json });

const contexts = new data.Dictionary({
  key: 'github',
  value: toData({ n: 5, yes: true, list: [1, 'a'], text: "it's" }),
});
const scope = { contexts, statusFunctions: () => new Map() };

describe('templates', () => {
  test('keep the type of a whole value, and make text of the rest', () => {
    expect(compileValue(expression('github.list'))(scope)).toEqual([1, 'a']);
    expect(compileValue({ kind: 'text', parts: ['n=', source('github.n'), ', ', source('github.list')] })(scope)).toBe(
      'n=5, Array',
    );
    const list: Template = { kind: 'list', items: [value(1), expression('github.yes')] };
    const map: Template = { kind: 'map', entries: [{ name: 'x', value: list }] };
    expect(compileValue(map)(scope)).toEqual({ x: [1, true] });
  });

  test('as text are what the engine makes of them', () => {
    const texts = [value(1.5), value(null), value(true), expression('github.yes'), expression('github.text')];
    expect(texts.map((template) => compileText(template)(scope))).toEqual(['1.5', '', 'true', 'true', "it's"]);
  });

  test('without expressions are made once', () => {
    const literal = compileEntries([{ name: 'a', value: value([1]) }], compileValue);
    expect(literal(scope)).toBe(literal(scope));
    const evaluated = compileEntries([{ name: 'a', value: expression('github.n') }], compileValue);
    expect(evaluated(scope)).toEqual({ a: 5 });
    expect(evaluated(scope)).not.toBe(evaluated(scope));
  });

  test.each([
    [0.5, 30_000],
    ['2', 120_000],
    [0.00001, 1],
  ])('timeouts of %j minutes are %d ms', (minutes, ms) => {
    expect(compileTimeoutMs(value(minutes))(scope)).toBe(ms);
  });

  test.each([[0], [-1], ['x'], [''], [null], [true], [1e9]])('%j is no timeout', (minutes) => {
    expect(attempt(() => compileTimeoutMs(value(minutes))(scope))).toMatchObject({
      ok: false,
      error: { id: 'TAU-4006' },
    });
  });

  test('that must be true or false are not guessed', () => {
    expect(compileBoolean(expression('github.yes'))(scope)).toBe(true);
    expect(attempt(() => compileBoolean(expression("'true'"))(scope))).toMatchObject({ ok: false });
  });
});
