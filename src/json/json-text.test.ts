import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLOW_JSON_DEPTH_MAX } from '../flow/limits.js';
import { readJson } from './json-text.js';

function problem(text: string): string {
  const read = readJson(text, FLOW_JSON_DEPTH_MAX);
  return read.ok ? 'ok' : `${read.offset} ${read.message}`;
}

describe('readJson', () => {
  test('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        if (text.includes('"__proto__"')) return;
        expect(readJson(` ${text}\r\n`, FLOW_JSON_DEPTH_MAX)).toMatchObject({
          ok: true,
          value: JSON.parse(text.replaceAll('-0', '0')),
        });
      }),
    );
  });

  test('refuses what JSON.parse refuses, and never throws', () => {
    const piece = fc.constantFrom(
      ...'{}[]:,"\\ \n01e-.tfn'.split(''),
      'true',
      'null',
      '"a"',
      '\\u00',
      '\u0007',
      '{"a":',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const read = readJson(text, FLOW_JSON_DEPTH_MAX);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        if (!isJson) expect(read.ok).toBe(false);
        else if (!read.ok) expect(read.message).toMatch(/twice|too large/);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['', '0 the text ends here, where a value was expected: write the definition, or what is missing of it'],
    ['{"a": }', '6 a value was expected here: write one, texts in double quotes'],
    ['{"a": 1,}', '8 the name of a member was expected: write it in double quotes, or remove the comma before it'],
    ['{"a" 1}', '5 ":" was expected: write it between a name and its value'],
    ['[1 2]', '3 "," or "]" was expected: write a comma between items, or close the list'],
    ['{"a": 1 "b": 2}', '8 "," or "}" was expected: write a comma between members, or close the object'],
    ["['a']", '1 a value was expected here: write one, texts in double quotes'],
    ['[yes]', '1 "yes" is no value: write texts in double quotes'],
    ['{"a": 1} x', '9 nothing may stand behind the definition: remove this'],
    ['{"a": 1, "a": 2}', '9 "a" is there twice: rename or remove one of them'],
    ['{"__proto__": 1}', '1 "__proto__" cannot be used as a name: take another'],
    ['"a\nb"', '2 a text ends on its line: write a line break as \\n, a tab as \\t'],
    ['["abc]', '1 this text is not closed: write " behind it'],
    ['"\\x"', '0 this text has an escape that JSON does not know: write a backslash as \\\\'],
    ['1e999', '0 this number is too large: write one below 1.8e308, or a text'],
  ])('%j: %s', (text, expected) => {
    expect(problem(text)).toBe(expected);
  });

  test('bounds the depth', () => {
    const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    expect(problem(deep(FLOW_JSON_DEPTH_MAX))).toBe('ok');
    expect(problem(deep(200_000))).toContain('levels deep');
  });

  test('knows where things stand', () => {
    const text = '{ "a": [10, { "b": 20 }] }';
    const read = readJson(text, FLOW_JSON_DEPTH_MAX);
    if (!read.ok) throw new Error(read.message);
    const found = (...path: readonly (string | number)[]): string =>
      text.slice(read.places.find(read.value, path).value);
    expect(found('a', 1, 'b')).toMatch(/^20/);
    expect(found('a', 0)).toMatch(/^10/);
    expect(found('a', 1, 'none', 'at', 'all')).toMatch(/^\{ "b"/);
    expect(found()).toBe(text);
    expect(text.slice(read.places.find(read.value, ['a', 1, 'b']).key)).toMatch(/^"b"/);
  });
});
