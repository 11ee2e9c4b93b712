import { expect, test } from 'vitest';
import { answerRefusal, offeredActions } from './question-answer.js';

test('a question without actions takes any JSON', () => {
  expect(answerRefusal('q', undefined, null)).toBeUndefined();
  expect(offeredActions({})).toBeUndefined();
  expect(offeredActions({ actions: ['approve', 1] })).toEqual(['approve', '1']);
});

test.each([
  ['another action', { action: 'edit', value: 1 }, 'one of approve, respond'],
  ['no action', 'yes', 'one of approve, respond'],
  ['an action without the value that it is about', { action: 'respond' }, '"value": ...'],
])('%s is refused, with what would be taken', (_what, answer, message) => {
  expect(answerRefusal('q', ['approve', 'respond'], answer)).toContain(message);
});

test.each([{ action: 'approve' }, { action: 'respond', value: null }])('%j is taken', (answer) => {
  expect(answerRefusal('q', ['approve', 'respond'], answer)).toBeUndefined();
});
