import { tauError } from 'tau-core';
import { expect, test } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import { runLocal } from './run-local.js';

test('once a try may have taken effect, all later ones are told so', async () => {
  const retry = { attemptsMax: 4, firstDelayMs: 0, factor: 1, delayMaxMs: 0 };
  const told: boolean[] = [];
  const ends = ['not-done', 'unknown', 'not-done'] as const;
  const { outcome } = await runLocal(scripted([[call('a', { retry })]]), {
    handlers: {
      't:a': (_, { attempt, redelivered }) => {
        told.push(redelivered);
        const end = ends[attempt - 1];
        if (end !== undefined) throw tauError('HANDLER_FAILED', 'again', { retryable: true, outcome: end });
        return null;
      },
    },
  }).ended;
  expect(outcome.kind).toBe('ok');
  expect(told).toEqual([false, false, true, true]);
});
