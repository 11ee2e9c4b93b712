import { data } from '@actions/expressions';
import { describe, expect, test } from 'vitest';
import { toData } from '../expression/expression-data.js';
import type { ExpressionSource, Template } from '../expression/template-source.js';
import type { SecretParts } from './secret-parts.js';
import { compileEnv, evaluateEnv, findSecretsIn, masked, overlay, type SecretScope } from './secret-places.js';

const source = (expr: string): ExpressionSource => ({ expr, line: 1, column: 1 });
const expression = (expr: string): Template => ({ kind: 'expression', source: source(expr) });

const KEY: SecretParts = [{ secret: 'KEY' }];
const scope: SecretScope = {
  contexts: new data.Dictionary(
    { key: 'secrets', value: toData({ KEY: '***' }) },
    { key: 'env', value: toData({ TOKEN: '***', PLAIN: 'plain' }) },
    { key: 'github', value: toData({ text: 'secrets.KEY ${{ secrets.KEY }} ***' }) },
  ),
  statusFunctions: () => new Map(),
  secretParts: (context, name) => {
    if (context === 'secrets' && name === 'KEY') return KEY;
    return context === 'env' && name === 'TOKEN' ? ['Bearer ', { secret: 'KEY' }] : undefined;
  },
};

const places = (template: Template) => findSecretsIn([{ name: 'x', value: template }])?.(scope);

describe('secrets are found', () => {
  test.each<[string, Template, unknown]>([
    ['alone', expression('secrets.KEY'), { '/x': KEY }],
    ['by any spelling of a name', expression(" Secrets [ 'KEY' ] "), { '/x': KEY }],
    ['by way of a variable', expression('env.TOKEN'), { '/x': ['Bearer ', { secret: 'KEY' }] }],
    [
      'in a text, what is beside them joined',
      { kind: 'text', parts: ['a ', source('env.PLAIN'), source('env.TOKEN'), source('secrets.KEY'), '!'] },
      { '/x': ['a plainBearer ', { secret: 'KEY' }, { secret: 'KEY' }, '!'] },
    ],
    [
      'deep down',
      { kind: 'map', entries: [{ name: 'a/b~c', value: { kind: 'list', items: [expression('secrets.KEY')] } }] },
      { '/x/a~1b~0c/0': KEY },
    ],
  ])('%s', (_, template, found) => {
    expect(places(template)).toEqual(found);
  });

  test.each<[string, Template]>([
    ['in what looks like one', expression('github.text')],
    ['in a text that says so', { kind: 'value', value: '${{ secrets.KEY }}' }],
    ['where a name has none', expression('env.PLAIN')],
    ['where there is no such secret', expression('secrets.OTHER')],
    ['in what is computed of them', expression("format('{0}', secrets.KEY)")],
  ])('never %s', (_, template) => {
    expect(places(template)).toBeUndefined();
  });
});

test('a mask stands in each of the places, and the input is not changed', () => {
  const input = { a: { 'b/c': ['x', 'y'] }, d: 1 };
  const before = structuredClone(input);
  expect(masked(input, { '/a/b~1c/1': KEY, '/d': KEY })).toEqual({ a: { 'b/c': ['x', '***'] }, d: '***' });
  expect(input).toEqual(before);
});

test('a variable that hides one with a secret has none', () => {
  const own = compileEnv([
    { name: 'TOKEN', value: { kind: 'value', value: 'mine' } },
    { name: 'NEW', value: expression('secrets.KEY') },
  ]);
  const around = { env: { TOKEN: '***', OTHER: '***' }, secrets: { TOKEN: KEY, OTHER: KEY } };
  expect(evaluateEnv(own, around, scope)).toEqual({
    env: { TOKEN: 'mine', OTHER: '***', NEW: '***' },
    secrets: { OTHER: KEY, NEW: KEY },
  });
  expect(overlay({ env: {}, secrets: {} }, { env: { A: 'a' } })).toEqual({ env: { A: 'a' } });
});
