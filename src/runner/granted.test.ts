import { expect, test } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import { granted } from './local-handler.js';
import { runLocal } from './run-local.js';

const label = { capability: 't:label', input: { token: '***' }, secrets: { '/token': [{ secret: 'TOKEN' }] } };

test('a handler that says what it needs is not called for a call that was granted less', async () => {
  const seen: unknown[] = [];
  const handler = granted({ issues: 'write' }, (_, { grants }) => {
    seen.push(grants);
    return null;
  });
  const calls = [
    call('less', { ...label, grants: { issues: 'read', contents: 'write' } }),
    call('none', { ...label, grants: {} }),
    call('enough', { ...label, grants: { issues: 'write' } }),
    call('unbound', label),
  ];
  const asked: string[] = [];
  const { outcome } = await runLocal(scripted([calls], { tolerant: true }), {
    handlers: { 't:label': handler },
    secrets: (name) => {
      asked.push(name);
      return 'value';
    },
  }).ended;
  const denied = { id: 'TAU-1006', outcome: 'not-done', message: expect.stringContaining('issues: write') as unknown };
  expect(outcome).toMatchObject({ output: { less: denied, none: denied, enough: null, unbound: null } });
  expect(seen).toEqual([{ issues: 'write' }, undefined]);
  expect(asked, 'who is denied is given no secrets').toEqual(['TOKEN', 'TOKEN']);
});
