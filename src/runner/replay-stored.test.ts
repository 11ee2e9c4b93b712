import { expect, test } from 'vitest';
import { chain, defineFlow, flowLanguage, task } from '../flow/index.js';
import { openRuns } from './open-runs.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';

const order = (charge: Parameters<typeof task>[1]) =>
  defineFlow('order', chain({ reserve: task('t:reserve'), charge: task('t:charge', charge) }));

test('a stored run is decided again: the same, or where it would have parted', async () => {
  const store = memoryStore();
  const before = order({ input: { amount: 1 } });
  await runLocal(before, { runId: 'r', store, handlers: { 't:reserve': () => ({}), 't:charge': () => ({}) } }).ended;
  const runs = openRuns(store, { languages: [flowLanguage] });
  expect(await runs.replay(before, 'r')).toMatchObject({ ok: true, decisions: 3 });
  // How a call is made, and how long it may take, may change.
  const patient = order({ input: { amount: 1 }, timeoutMs: 60_000 });
  expect(await runs.replay(patient, 'r')).toMatchObject({ ok: true });
  const dearer = await runs.replay(order({ input: { amount: 2 } }), 'r');
  expect(dearer).toMatchObject({ ok: false, divergence: { seq: 2, at: '/effects/0/input/amount' } });
  expect(await runs.replay(order({ input: { amount: 2 } }), 'r', { upTo: 1 })).toMatchObject({ ok: true });
  expect((await runs.checkpoints('r')).map(({ effects }) => effects.map(({ type }) => type))).toEqual([
    ['call'],
    ['call'],
    ['finish'],
  ]);
});
