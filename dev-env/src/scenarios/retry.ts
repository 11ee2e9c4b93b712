import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const RETRY = { attemptsMax: 3, firstDelayMs: 1, factor: 1, delayMaxMs: 1 };
const unavailable = (attempt: number) =>
  tauError('HANDLER_FAILED', `not at attempt ${attempt}`, { retryable: true, details: { attempt } });

/** A handler that fails twice and then answers, one that never does, and one that hears of what it may have done before. */
export const retry: Scenario = {
  name: 'retry',
  definitions: [
    flow('retry', {
      kind: 'chain',
      nodes: [
        { name: 'flaky', node: { kind: 'task', call: 'same:retry-flaky', retry: RETRY } },
        { name: 'broken', node: { kind: 'task', call: 'same:retry-broken', retry: RETRY, onError: 'continue' } },
        { name: 'told', node: { kind: 'task', call: 'same:retry-told', retry: RETRY } },
        { name: 'final', node: { kind: 'task', call: 'same:retry-broken', onError: 'continue' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:retry-flaky', { description: 'answers the third time' }, (_, { attempt }) => {
      if (attempt < 3) throw unavailable(attempt);
      return { attempt };
    }),
    capability('same:retry-broken', { description: 'never answers' }, (_, { attempt }) => {
      throw unavailable(attempt);
    }),
    capability('same:retry-told', { description: 'may have happened once' }, (_, { attempt, redelivered }) => {
      const outcome = attempt === 1 ? 'unknown' : 'not-done';
      if (attempt < 3) throw tauError('HANDLER_FAILED', 'again', { retryable: true, outcome });
      return { redelivered };
    }),
  ],
  async play(stage) {
    await stage.start('run', 'retry');
    await stage.ended('run');
  },
};
