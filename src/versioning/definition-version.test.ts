import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Json } from 'tau-core';
import { expect, test } from 'vitest';
import { versionOf } from './definition-version.js';

/** By Node's own hash. */
function byNode(program: string, definition: Json): string {
  return createHash('sha256')
    .update(program)
    .update('\0')
    .update(JSON.stringify(definition))
    .digest('hex')
    .slice(0, 16);
}

test('is the beginning of SHA-256, whatever the definition', () => {
  expect(versionOf('flow', { name: 'a', é: '😀\u0000' })).toBe(byNode('flow', { name: 'a', é: '😀\u0000' }));
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (program, definition) => {
      expect(versionOf(program, definition)).toBe(byNode(program, definition as Json));
    }),
  );
});

test('tells programs, definitions and orders of members apart', () => {
  expect(versionOf('flow', { a: 1, b: 2 })).not.toBe(versionOf('flow', { b: 2, a: 1 }));
  const same = { a: 1 };
  expect([versionOf('flow', same), versionOf('hub', same)]).toEqual([
    versionOf('flow', { a: 1 }),
    versionOf('hub', { a: 1 }),
  ]);
  expect(versionOf('flow', { a: 1 })).not.toBe(versionOf('workflow', { a: 1 }));
  expect(versionOf('flow', { a: 1 })).not.toBe(versionOf('flow', { a: 2 }));
  expect(versionOf('flow', {})).toMatch(/^[0-9a-f]{16}$/);
});
