import fc from 'fast-check';
import { type CallId, HOST_CAPABILITIES, type Json } from 'tau-core';
import { expect, test } from 'vitest';
import { type CallEffect, OpenCall } from './open-call.js';
import { OPEN_CALLS, RunBooks } from './run-books.js';

const IDS = ['a', 'b', 'c'] as const;

function callOf(callId: string): CallEffect {
  return { type: 'call', callId: callId as CallId, capability: 'test:x', input: {} };
}

test('open calls are those of a map, whatever is asked for and settled', () => {
  const step = fc.record({ id: fc.constantFrom(...IDS), isAsked: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const books = new RunBooks(OPEN_CALLS);
      const map = new Map<string, OpenCall | undefined>();
      for (const { id, isAsked } of steps) {
        if (isAsked) map.set(id, books.takeEffect(callOf(id), 1));
        else {
          books.takeInput({ type: 'callSettled', callId: id as CallId, outcome: { kind: 'ok', output: null } });
          map.delete(id);
        }
        expect([...books.calls]).toEqual([...map.values()]);
        for (const known of IDS) expect(books.call(known)).toBe(map.get(known));
      }
    }),
  );
});

test('a question of the program is read from its call, and is stored as it always was', () => {
  const input: { [name: string]: Json } = { question: 'go on?', actions: ['approve', 'reject'] };
  const effect: CallEffect = { type: 'call', callId: 'ask' as CallId, capability: HOST_CAPABILITIES.ask, input };
  const books = new RunBooks(OPEN_CALLS);
  books.takeEffect(effect, 7);
  const question = { version: 1, question: 'go on?', askedMs: 7, actions: ['approve', 'reject'] };
  expect(books.call('ask')).toMatchObject({ hasQuestion: true, question });
  const stored = books.toJson();
  expect(stored).toEqual({ calls: { ask: { effect, sinceMs: 7, question } }, locks: {}, published: 0, keys: [] });
  const again = new RunBooks(OPEN_CALLS);
  again.restore(stored);
  expect(again.toJson()).toEqual(stored);
});

test('what is noted of one call is not noted of another', () => {
  const [one, other] = [new OpenCall(callOf('a'), 1), new OpenCall(callOf('b'), 1)];
  one.takeNote({ type: 'asked', callId: 'a', question: 'which?' }, 3);
  expect(one).toMatchObject({ hasQuestion: true, question: { version: 1, question: 'which?', askedMs: 3 } });
  expect(other).toMatchObject({ hasQuestion: false, tries: { asked: 0, question: undefined } });
});
