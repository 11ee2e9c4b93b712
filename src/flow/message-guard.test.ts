import fc from 'fast-check';
import type { Json, JsonObject } from 'tau-core';
import { expect, test } from 'vitest';
import { defineFlow, receive } from './builder/index.js';
import { planOf } from './flow-plan.js';
import type { Place } from './place.js';
import { FlowScope } from './scope.js';
import type { FlowState } from './state.js';

/** What a condition says of a message, and what its guard does. */
function told(when: string, input: JsonObject, message: Json): { readonly holds: boolean; readonly mayHold: boolean } {
  const { root: plan } = planOf(defineFlow('test', receive({ when })).definition);
  if (plan.kind !== 'receive' || plan.when === undefined) throw new Error('it waits for nothing');
  const run: FlowState = { format: 1, runId: 'r', sessionId: 's', input };
  const place: Place = { run, at: '', plan, activation: { kind: 'receive' }, key: 0, parent: undefined };
  const scope = new FlowScope(place, { message });
  return { holds: plan.when(scope), mayHold: plan.guard(new FlowScope(place))(message) };
}

const value = fc.oneof(
  fc.constantFrom<Json>(0, 1, -0, '', '0', '1', 'a', 'A', 'ß', 'SS', 'ı', 'I', 'i', true, false, null),
  fc.constantFrom<Json>([], ['a'], {}, { n: 1 }),
);
const object = fc.record(
  { n: fc.oneof(value, fc.record({ n: value })), N: value, M: value, m: value },
  { requiredKeys: ['n'] },
);
const side = fc.constantFrom(
  'message',
  'message.n',
  'message.n.n',
  "message['M']",
  'input.n',
  'input',
  "'a'",
  '1',
  'null',
  'run.id',
);
const known = fc.constantFrom('input.n', "'a'", '1');
const equality = fc
  .oneof(fc.tuple(side, side), fc.tuple(fc.constant('message.n'), known), fc.tuple(known, fc.constant('message.n')))
  .map((sides) => sides.join(' == '));
const part = fc.oneof(
  equality,
  fc.constantFrom('message.n', '!message.n', 'message.n != 1', "contains('a', message.n)"),
);
const condition = fc.oneof(
  part,
  fc.tuple(part, part).map((parts) => parts.join(' && ')),
  fc.tuple(part, part).map((parts) => parts.join(' || ')),
  fc.tuple(part, part, part).map(([a, b, c]) => `(${a} && ${b}) && !(${c})`),
);

test('what the guard of a condition turns away is what the condition does not hold for', () => {
  let turnedAway = 0;
  const check = (when: string, input: JsonObject, message: Json): void => {
    const { holds, mayHold } = told(when, input, message);
    if (!mayHold) turnedAway += 1;
    if (holds) expect(mayHold, `${when} of ${JSON.stringify({ input, message })}`).toBe(true);
  };
  fc.assert(
    fc.property(condition, object as fc.Arbitrary<JsonObject>, fc.oneof(object, value) as fc.Arbitrary<Json>, check),
    {
      numRuns: 5_000,
    },
  );
  expect(turnedAway).toBeGreaterThan(10);
});

test.each([
  ["message.kind == 'paid'", { kind: 'order' }],
  ["'paid' == message.kind && message.n > 1", { kind: 'order', n: 7 }],
  ["(message.kind == 'PAID' && message.of.order == input.order)", { kind: 'paid', of: { order: 8 } }],
])('%s turns %j away without evaluating it', (when, message) => {
  expect(told(when, { order: 7 }, message as Json)).toEqual({ holds: false, mayHold: false });
});

test.each([
  ["message.kind == 'paid' || message.n == 1", { kind: 'order', n: 1 }],
  ["message.Kind == 'paid'", { kind: 'paid' }],
  ['message.n == input.text', { n: 7 }],
])('%s is left to be evaluated over %j', (when, message) => {
  expect(told(when, { text: '7' }, message as Json)).toEqual({ holds: true, mayHold: true });
});
