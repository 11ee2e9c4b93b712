import type { AnswerAction } from './definition.js';

/** What may be answered at each place when the question does not say: all that makes sense there. */
export const DEFAULT_ACTIONS: { readonly [at in 'before' | 'after' | 'ask']: readonly AnswerAction[] } = {
  before: ['approve', 'edit', 'respond', 'reject'],
  after: ['approve', 'edit', 'reject'],
  ask: ['approve', 'respond', 'edit', 'reject'],
};
