import { describe, expect, test } from 'vitest';
import { endOfSegment, labelOf, leadsTo, ownerOf, ownId, segmentEnd } from './path.js';

describe('paths', () => {
  test.each([
    ['', '$root', '$root'],
    ['plan', 'plan', 'plan'],
    ['plan@4', 'plan@4', 'plan'],
    ['research[7]@2', 'research[7]@2', 'research[7]'],
    ['research@2[7]', 'research@2[7]', 'research[7]'],
    ['loop@3#2.score', 'loop@3#2.score', 'loop#2.score'],
    ['order.pay$undo', 'order.pay$undo', 'order.pay$undo'],
  ])('%j is the owner of what it calls, asks and claims', (at, id, label) => {
    expect(ownId(at)).toBe(id);
    for (const suffix of ['', ':before', ':after:2', ':2', ':lock']) expect(ownerOf(ownId(at, suffix))).toBe(at);
    expect(labelOf(at)).toBe(label);
  });

  test.each([
    ['plan', 0, 4],
    ['plan@4', 0, 6],
    ['plan@4.next', 0, 6],
    ['research[7]@2.a', 0, 13],
    ['research[7]', 0, 8],
    ['research[7', 0, 8],
    ['loop#3.score', 0, 4],
    ['loop#3.score', 7, 12],
  ])('a name in %j from %i ends at %i', (path, from, end) => {
    expect(segmentEnd(path, from)).toBe(end);
  });

  test('a segment stands where it is whole', () => {
    expect(endOfSegment('a.bc', 1, 'bc')).toBe(4);
    expect(endOfSegment('a.bcd', 1, 'bc')).toBe(-1);
    expect(endOfSegment('abc', 1, 'bc')).toBe(-1);
    expect(endOfSegment('bc#1', 0, 'bc')).toBe(2);
  });
});

test.each([
  ['', 'a', true],
  ['a', 'a', true],
  ['a', 'a.b', true],
  ['a', 'a#2', true],
  ['a', 'ab', false],
  ['a.b', 'a', false],
  // An item of the map `a`, or the seventh `a` of step 2: it is looked up from above.
  ['a', 'a[7]', false],
  ['a', 'a[7]@2', false],
  ['a[7]@2', 'a[7]@2.b', true],
])('that %j leads to %j: %j', (path, other, expected) => {
  expect(leadsTo(path, other)).toBe(expected);
});
