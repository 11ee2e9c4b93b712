import { data } from '@actions/expressions';
import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { WORKFLOW_DIALECT } from '../workflow/expression-dialect.js';
import { attempt, compileExpression, EMPTY_SCOPE, evaluate } from './expression.js';
import { toData, toJson } from './expression-data.js';

const EVENT: Json = {
  issue: { number: 12, title: 'Hello World', labels: [{ name: 'bug' }, { name: 'shop' }], body: null },
  commits: [{ files: ['a', 'b'] }, { files: ['c'] }],
  tags: { first: { id: 1 }, second: { id: 2 } },
  deep: `${'['.repeat(129)}1${']'.repeat(129)}`,
  text: '{"list":[1,2],"constructor":"mine"}',
};

function evaluated(expr: string): Json {
  const contexts = new data.Dictionary({ key: 'github', value: toData({ event: EVENT }) });
  const scope = { contexts, statusFunctions: () => new Map() };
  return toJson(evaluate(compileExpression({ expr, line: 3, column: 9 }, WORKFLOW_DIALECT), scope));
}

describe("GitHub's documented expressions", () => {
  // https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
  test.each<[string, Json]>([
    // Literals.
    ['null', null],
    ['true', true],
    ['711', 711],
    ['-9.2', -9.2],
    ['0xff', 255],
    ['-2.99e-2', -0.0299],
    ["'It''s Bob''s'", "It's Bob's"],
    // Operators.
    ['1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3', true],
    ['!true || false', false],
    ["'' || 'default'", 'default'],
    ["1 && 'yes' || 'no'", 'yes'],
    ['(1 == 2) == false', true],
    // Comparison: loose, texts in any case, objects by identity.
    ["'ABC' == 'abc'", true],
    ["null == ''", true],
    ["true == '1'", true],
    ["'x' == 0", false],
    ['NaN == NaN', false],
    ['github.event.issue == github.event.issue', true],
    ["github.event.issue == fromJSON('{}')", false],
    // Access.
    ['github.event.issue.number', 12],
    ["github['event']['ISSUE'].Title", 'Hello World'],
    ['github.event.issue.labels[1].name', 'shop'],
    ['github.event.issue.labels.*.name', ['bug', 'shop']],
    ['github.event.tags.*.id', [1, 2]],
    ['github.event.commits.*.files[0]', ['a', 'c']],
    ['github.event.missing.deeper[3].still', null],
    ['github.event.issue.constructor', null],
    // Functions.
    ["contains('Hello world', 'LLO')", true],
    ["contains(github.event.issue.labels.*.name, 'Bug')", true],
    ['contains(fromJSON(\'["push", "pull_request"]\'), \'push\')', true],
    ["startsWith('Hello world', 'he')", true],
    ["endsWith('Hello world', 'LD')", true],
    ["format('{{Hello {0} {1}!}}', 'Mona', 'the Octocat')", '{Hello Mona the Octocat!}'],
    ["join(github.event.issue.labels.*.name, ', ')", 'bug, shop'],
    ["join(fromJSON('[1,null,true]'))", '1,,true'],
    ['toJSON(github.event.issue.labels[0])', '{\n  "name": "bug"\n}'],
    ['fromJSON(github.event.text).list[1]', 2],
    ['fromJSON(github.event.text).constructor', 'mine'],
    // An output of a step may be a list or an object already.
    ['fromJSON(github.event.commits)[1].files', ['c']],
    ['fromJSON(github.event.issue) == github.event.issue', true],
    ["fromJSON(fromJSON('[1]'))", [1]],
    ['fromJSON(github.event.issue.number)', 12],
    ["case(github.event.issue.number > 10, 'many', 'few')", 'many'],
    ["case(false, 'a', true, 'b', 'c')", 'b'],
  ])('%s', (expr, value) => {
    expect(evaluated(expr)).toStrictEqual(value);
  });

  test.each([
    ["fromJSON('{')", 'fromJSON was given "{", which is no JSON'],
    ["fromJSON('')", 'fromJSON was given an empty text: what it reads may be missing'],
    ['fromJSON(github.event.missing)', 'fromJSON was given an empty text: what it reads may be missing'],
    [`fromJSON('${'x'.repeat(50)}')`, `fromJSON was given "${'x'.repeat(40)}...", which is no JSON`],
    ['fromJSON(github.event.deep)', 'fromJSON was given JSON that is nested more than 128 levels deep'],
    ["format('{1}', 'x')", 'references more arguments'],
    ["case('x', 1, 2)", 'must evaluate to a boolean'],
    ['not valid', 'it is no valid expression'],
    ["fromJSON(format('{0}', github.event))", 'fromJSON was given "Object", which is no JSON'],
  ])('%s fails and says why and where', (expr, reason) => {
    const result = attempt(() => evaluated(expr));
    expect(result).toMatchObject({ ok: false, error: { id: 'TAU-4006', details: { expr, line: 3, column: 9 } } });
    expect(result.ok ? '' : result.error.message).toContain(reason);
  });

  test('a text that is longer than any can be is told in words', () => {
    const grow = { name: 'grow', minArgs: 0, maxArgs: 0, call: () => new data.StringData('x'.repeat(2 ** 30)) };
    const dialect = {
      ...WORKFLOW_DIALECT,
      functions: new Map([['grow', grow]]),
      supportOf: () => ({ status: 'supported' }) as const,
    };
    const compiled = compileExpression({ expr: 'grow()', line: 1, column: 1 }, dialect);
    const message = 'the text that it makes is too long: read a part of what it is made of';
    expect(() => evaluate(compiled, EMPTY_SCOPE)).toThrow(message);
  });
});
