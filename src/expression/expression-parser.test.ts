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

const FUNCTIONS = 'there are case, contains, endsWith, format, fromJSON, join, startsWith, toJSON, success';
const ARITHMETIC = 'expressions do not calculate: let a step do it, and read its output';

describe('parseExpression', () => {
  test.each([
    ['github.event', 'ok'],
    ["contains('it''s Bob''s', 'b')", 'ok'],
    ['', '0:0 an expression is missing: write one, or leave the braces out'],
    ['github.', '0:6 the expression ends too early: something is missing behind "."'],
    ['github..x', '0:7 ".x" cannot stand here'],
    ['1 ==', '0:2 the expression ends too early: something is missing behind "=="'],
    ['nothing.x', '0:0 there is no context "nothing": there are github, steps; a text stands in single quotes'],
    ['env.x', '0:0 "env" cannot be used here: there are github, steps'],
    [
      'github.a ||\n  nothing',
      '1:2 there is no context "nothing": there are github, steps; a text stands in single quotes',
    ],
    ['missing(1)', `0:0 there is no function "missing": ${FUNCTIONS}`],
    ['failure()', `0:0 "failure" cannot be used here: ${FUNCTIONS}`],
    ['contains(1)', '0:0 "contains" was given too few arguments: it takes 2'],
    ['startsWith(1, 2, 3)', '0:0 "startsWith" was given too many arguments: it takes 2'],
    ['join()', '0:0 "join" was given too few arguments: it takes 1 to 2'],
    ['format()', '0:0 "format" was given too few arguments: it takes at least 1'],
    ['case(true, 1)', '0:0 "case" was given too few arguments: it takes at least 3'],
    [
      'case(true, 1, false, 2)',
      '0:0 "case" takes pairs of a condition and a value, and the value of all else at the end',
    ],
    ['success(1)', '0:0 "success" was given too many arguments: it takes none'],
    ['runner.os', '0:0 "runner" is not supported: leave it out: steps run in the extensions that serve them'],
    ['github.a && "x"', `0:12 a text stands in single quotes: write 'x'`],
    ['github.a &&\n "x y"', '1:1 a text stands in single quotes'],
    ["github.a == 'x", `0:12 the text is not closed: write ' behind it, and '' for an apostrophe within it`],
    ['github.a + 1', `0:9 ${ARITHMETIC}`],
    ['github.a +1', `0:9 ${ARITHMETIC}`],
    ['1-1', `0:0 "1-1" cannot stand here: ${ARITHMETIC}`],
    ['github.a * 2', `0:9 ${ARITHMETIC}`],
    ['github.a / 2', `0:9 ${ARITHMETIC}`],
    ['github.a % 2', `0:9 ${ARITHMETIC}`],
    ['github.a === 1', '0:11 "===" is no operator: write =='],
    ['github.a !== 1', '0:11 "!==" is no operator: write !='],
    ['github.a = 1', '0:9 "=" is no operator: write =='],
    ['github.a & 1', '0:9 "&" is no operator: write &&'],
    ['github.a | 1', '0:9 "|" is no operator: write ||'],
    ['github.a and 1', '0:9 "and" is no operator: write &&'],
    ['github.a or 1', '0:9 "or" is no operator: write ||'],
    ['not github.a', '0:0 "not" is no operator: write !'],
    ['github.a ? 1 : 2', '0:9 there is no "?:": write condition && a || b, or case(condition, a, b)'],
    ['constructor()', `0:0 there is no function "constructor": ${FUNCTIONS}`],
    ['github.x == ToString(1)', `0:12 there is no function "ToString": ${FUNCTIONS}`],
  ])('%j: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test('does not tell of contexts that are known only to be refused', () => {
    const parsed = parseExpression('nothing', { ...names, unlisted: ['steps'] }, WORKFLOW_DIALECT.supportOf);
    expect(parsed).toMatchObject({ problems: [{ message: expect.stringContaining('there are github; a text') }] });
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
    const deep = 'the expression is nested more than 50 levels deep: make a part of it the output of an earlier step';
    expect(problemOf(`${'('.repeat(5_000)}1${')'.repeat(5_000)}`)).toContain(deep);
    expect(problemOf('!'.repeat(20_000))).toContain(deep);
    expect(problemOf('1'.repeat(30_000))).toBe(
      '0:0 the expression has 30000 characters, and may have 21000: make a part of it the output of an earlier step',
    );
  });
});
