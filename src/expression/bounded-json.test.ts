import { describe, expect, test } from 'vitest';
import { JSON_DEPTH_MAX, parseBounded } from './bounded-json.js';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('parseBounded', () => {
  test('takes JSON up to its depth, and nothing deeper', () => {
    expect(parseBounded(nested(JSON_DEPTH_MAX))).toBeDefined();
    expect(parseBounded(nested(JSON_DEPTH_MAX + 1))).toBeUndefined();
    expect(parseBounded(nested(100_000))).toBeUndefined();
  });

  test('gives only what comes back the same from JSON text', () => {
    for (const text of ['[1e999,-0,{"a":-1e999}]', '-0', '1e999', '{"a":[1,2.5,null,"x"]}']) {
      const value = parseBounded(text);
      expect(value).toStrictEqual(JSON.parse(JSON.stringify(value)));
    }
    expect(parseBounded('[1e999,-0]')).toStrictEqual(['Infinity', 0]);
  });

  test.each(['', '{', 'undefined', "{'a':1}"])('%j is no JSON', (text) => {
    expect(parseBounded(text)).toBeUndefined();
  });
});
