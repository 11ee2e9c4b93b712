import { describe, expect, test } from 'vitest';
import { WORKFLOW_DIALECT } from '../workflow/expression-dialect.js';
import { parseExpression } from './expression-parser.js';

const names = {
  contexts: ['github', 'steps', 'runner'],
  functions: [{ name: 'success', minArgs: 0, maxArgs: 0 }],
};

function problemOf(text: string): string {
  const parsed = parseExpression(text, names, WORKFLOW_DIALECT.supportOf);
  if (parsed.ok) return 'ok';
  return parsed.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join(' | ');
}

describe('parseExpression', () => {
  test.each([
    ['github.event', 'ok'],
    ["contains('it''s Bob''s', 'b')", 'ok'],
    ['', '0:0 An expression was expected'],
    ['github.', "0:6 Unexpected symbol: 'EOF'"],
    ['github..x', "0:7 Unexpected symbol: '.x'"],
    ['1 ==', "0:2 Unexpected end of expression: '=='"],
    ['nothing.x', "0:0 Unrecognized named-value: 'nothing'"],
    ['github.a ||\n  nothing', "1:2 Unrecognized named-value: 'nothing'"],
    ['missing(1)', "0:0 Unrecognized function: 'missing'"],
    ['contains(1)', "0:0 Too few parameters supplied: 'contains'"],
    ['success(1)', "0:0 Too many parameters supplied: 'success'"],
    ['runner.os', '0:0 "runner" is not supported: leave it out: steps run in the extensions that serve them'],
    ['github.a && "x"', `0:12 Unexpected symbol: '"x"'`],
    ['constructor()', "0:0 Unrecognized function: 'constructor'"],
    ['github.x == ToString(1)', "0:12 Unrecognized function: 'ToString'"],
  ])('%j: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('says whether the status is asked for, and not whether a text or a name looks so', () => {
    const uses = (text: string): boolean => {
      const parsed = parseExpression(text, names, WORKFLOW_DIALECT.supportOf);
      return parsed.ok && parsed.usesStatus;
    };
    expect(uses('SUCCESS()')).toBe(true);
    expect(uses("format('{0}', !(github.a && success()))")).toBe(true);
    expect(uses('github[success()]')).toBe(true);
    expect(uses("github.success == 'success()'")).toBe(false);
  });

  test('refuses what is too deep or too long instead of exhausting the stack', () => {
    expect(problemOf(`${'('.repeat(5_000)}1${')'.repeat(5_000)}`)).toContain('Exceeded max expression depth 50');
    expect(problemOf('!'.repeat(20_000))).toContain('Exceeded max expression depth 50');
    expect(problemOf('1'.repeat(30_000))).toContain('ErrorExceededMaxLength');
  });
});
