import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MemoryJournal } from '../testing/memory-journal.js';
import { action, capability } from './capability.js';
import { defineExtension } from './define-extension.js';
import { manifestOf } from './manifest.js';

const noop = action('test/noop@v1', { description: 'Nothing' }, () => null);

describe('an extension is refused', () => {
  test.each(['', 'Greeter', '-x', 'a b', 'x'.repeat(65)])('with the name "%s"', (name) => {
    expect(() => defineExtension({ name, version: '1.0.0', capabilities: [noop] })).toThrow('is no extension name');
  });

  test('when it offers nothing', () => {
    expect(() => defineExtension({ name: 'x', version: '1.0.0', capabilities: [] })).toThrow('x offers nothing');
  });

  test('when it offers one name twice, however it was written', () => {
    const again = capability('action:test/noop@v1', { description: 'Nothing again' }, () => null);
    expect(() => defineExtension({ name: 'x', version: '1.0.0', capabilities: [noop, again] })).toThrow(
      'x offers action:test/noop@v1 twice',
    );
  });

  test.each(['comment', 'Action:x', 'action:', 'action: x', ':x', `action:${'x'.repeat(201)}`])(
    'with a capability named "%s"',
    (name) => {
      expect(() => capability(name, { description: '' }, () => null)).toThrow('is no capability name');
    },
  );
});

test('a capability is found by its full name', () => {
  const extension = defineExtension({ name: 'x', version: '1.0.0', capabilities: [noop] });
  expect(extension.find('action:test/noop@v1')).toBe(noop);
  expect(extension.find('test/noop@v1')).toBeUndefined();
});

test('the manifest describes inputs as JSON Schema, by what goes in and not by what comes out', () => {
  const input = z.object({
    labels: z.union([z.array(z.string()), z.string().transform((text) => text.split(','))]),
    since: z.date().optional(),
  });
  const label = action('test/label@v1', { description: 'Labels', input }, () => null);
  const extension = defineExtension({ name: 'x', version: '1.0.0', capabilities: [label] });
  const schema = JSON.parse(manifestOf(extension, 'x', 'i').capabilities[0]?.inputSchemaJson ?? '');
  expect(schema).toMatchObject({
    type: 'object',
    required: ['labels'],
    properties: { labels: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'string' }] }, since: {} },
  });
});

test('a journal is a capability of its own', () => {
  const extension = defineExtension({
    name: 'x',
    version: '1.0.0',
    capabilities: [noop],
    journal: new MemoryJournal(),
  });
  const offered = manifestOf(extension, 'x', 'i').capabilities.map(({ kind, name }) => `${kind}:${name}`);
  expect(offered).toStrictEqual(['action:test/noop@v1', 'journal:journal']);
});
