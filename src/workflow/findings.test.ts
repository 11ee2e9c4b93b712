import { describe, expect, test } from 'vitest';
import { DIAGNOSTICS_MAX, FINDING_CHARS_MAX, Findings } from './findings.js';

describe('Findings', () => {
  test('are sorted by position, each once', () => {
    const findings = new Findings('w.yml');
    findings.add({ line: 2, column: 1 }, 'b');
    findings.addParsers({ line: 1, column: 9 }, 'a');
    findings.add({ line: 2, column: 1 }, 'b');
    findings.add(undefined, 'whole file');
    expect(findings.list().map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '1:1 whole file',
      '1:9 a',
      '2:1 b',
    ]);
  });

  test("leave out the parser's where TAU speaks for the range, and keep their own", () => {
    const findings = new Findings('w.yml');
    findings.addParsers({ line: 1, column: 5 }, 'before');
    findings.addParsers({ line: 2, column: 5 }, 'first of the range');
    findings.addParsers({ line: 3, column: 2 }, 'in the range');
    findings.addParsers({ line: 3, column: 4 }, 'behind it');
    findings.cover({ start: { line: 2, column: 5 }, end: { line: 3, column: 4 } });
    findings.add({ line: 3, column: 1 }, 'own');
    expect(findings.list().map(({ message }) => message)).toEqual(['before', 'own', 'behind it']);
  });

  test('are bounded', () => {
    const findings = new Findings('w.yml');
    for (let line = 1; line <= DIAGNOSTICS_MAX * 2; line += 1) findings.add({ line, column: 1 }, 'x');
    expect(findings.list()).toHaveLength(DIAGNOSTICS_MAX);
  });
});

test('a message that quotes a book is cut', () => {
  const findings = new Findings('w.yml');
  findings.add(undefined, `"${'x'.repeat(100_000)}" is no action`);
  findings.addParsers({ line: 2, column: 1 }, 'y'.repeat(100_000));
  expect(findings.list().map(({ message }) => message.length)).toEqual([FINDING_CHARS_MAX, FINDING_CHARS_MAX]);
});
