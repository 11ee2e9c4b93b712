import fc from 'fast-check';
import { canonicalJson, isJsonObject, type Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { changeText, diffJson, isSameJson, JSON_CHANGES_MAX, shortJson } from './diff-json.js';

const texts = (from: Json, to: Json): readonly string[] => diffJson(from, to).map((change) => changeText(change));

describe('diffJson', () => {
  test('tells what is added, removed and changed, by pointer', () => {
    expect(texts({ a: 1, b: { c: [1, 2] }, gone: true }, { a: 2, b: { c: [1, 3] }, new: null })).toEqual([
      '/a: 1 -> 2',
      '/b/c/1: 2 -> 3',
      '/gone: removed true',
      '/new: added null',
    ]);
    expect(texts(1, 'a')).toEqual(['the value: 1 -> "a"']);
    expect(texts([], {})).toEqual(['the value: [] -> {}']);
    expect(diffJson({ 'a/b': { '~': 1 } }, { 'a/b': { '~': 2 } })).toEqual([{ pointer: '/a~1b/~0', from: 1, to: 2 }]);
  });

  test('takes an item that comes or goes in the middle of a list as one change', () => {
    expect(texts(['a', 'b', 'c'], ['a', 'x', 'b', 'c'])).toEqual(['/1: added "x"']);
    expect(texts(['a', 'b', 'b', 'c'], ['a', 'b', 'c'])).toEqual(['/2: removed "b"']);
    expect(texts(['a', 'b', 'c'], ['a', 'x', 'y', 'c'])).toEqual(['/1: "b" -> "x"', '/2: added "y"']);
  });

  test('knows members that every object has', () => {
    const odd = JSON.parse('{"__proto__": 1, "constructor": 2}') as Json;
    expect(texts({}, odd)).toEqual(['/__proto__: added 1', '/constructor: added 2']);
  });

  test('is bounded in number and depth', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => index);
    expect(
      diffJson(
        many,
        many.map((item) => -1 - item),
      ),
    ).toHaveLength(JSON_CHANGES_MAX);
    const deep = (end: Json): Json => Array.from({ length: 500 }).reduce<Json>((inner) => ({ a: inner }), end);
    const changes = diffJson(deep(1), deep(2));
    expect(changes).toHaveLength(1);
    expect(changes[0]?.pointer.length).toBe(2 * 128);
  });

  test('finds nothing exactly where values are equal, and its places hold what it says', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const [from, to] = [a as Json, b as Json];
        expect(diffJson(from, from)).toEqual([]);
        const isEqual = canonicalJson(from) === canonicalJson(to);
        expect(isSameJson(from, to)).toBe(isEqual);
        const changes = diffJson(from, to);
        expect(changes.length === 0).toBe(isEqual);
        for (const change of changes) {
          const held = at(change.to === undefined ? from : to, change.pointer);
          expect(held).toEqual(change.to === undefined ? change.from : change.to);
        }
      }),
    );
  });
});

test('texts are cut between characters', () => {
  expect(shortJson('abcdef', 4)).toBe('"abc…');
  expect(shortJson('ab😀d', 4)).toBe('"ab…');
  expect(shortJson('ab', 4)).toBe('"ab"');
});

function at(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Array.isArray(found) ? found[Number(key)] : isJsonObject(found) ? found[key] : undefined;
  }
  return found;
}
