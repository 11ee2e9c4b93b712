import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hubLanguage } from './language.js';
import { isRefused, readMessage } from './program-message.js';

function messages(value: unknown): readonly string[] {
  const parsed = hubLanguage.parse(JSON.stringify(value, null, 2), 'x.json');
  return parsed.ok ? [] : parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('a definition reads back as itself, and has no inputs', () => {
  const definition = {
    name: 'team',
    agents: [{ name: 'a', subscriptions: [{ topic: 'x.*', where: { attribute: 'n', is: 'above', value: 3 } }] }],
  };
  const parsed = hubLanguage.parse(JSON.stringify(definition), 'x.json');
  expect(parsed).toEqual({ ok: true, definition: { format: 1, ...definition } });
  if (!parsed.ok) return;
  expect(hubLanguage.checkInput(parsed.definition, {}).ok).toBe(true);
  expect(hubLanguage.checkInput(parsed.definition, { a: 1 }).ok).toBe(false);
  expect(hubLanguage.triggers(parsed.definition)).toEqual([]);
  expect(hubLanguage.matches(parsed.definition, { id: '1', source: 's', type: 'x', data: '' })).toBe(false);
});

describe('what is wrong is said with its place and what to write', () => {
  test.each<[unknown, string]>([
    [{}, '1:1 a hub needs "name"'],
    [{ name: 'a b' }, '2:11 name: write 1 to 100 letters'],
    [{ name: 'a', agents: [{ name: 'x' }, { name: 'x' }] }, '8:15 agents[1].name: "x" is here a second time'],
    [{ name: 'a', agents: [{ name: 'x', capability: 'plan' }] }, '4:5 agents[0]: "capability" is one such as'],
    [
      { name: 'a', agents: [{ name: 'x', mailbox: { capacity: 0 } }] },
      '4:5 agents[0]: "capacity" is a whole number from 1',
    ],
    [
      { name: 'a', agents: [{ name: 'x', subscriptions: [{ topic: 'a' }, { topic: 'a' }] }] },
      '4:5 agents[0]: subscriptions to one topic',
    ],
    [
      { name: 'a', bridges: [{ name: 'b', hub: 'c', rules: [{ to: '*' }] }] },
      '4:5 bridges[0]: "runId" is the id of the run',
    ],
    [
      { name: 'a', bridges: [{ name: 'b', hub: 'c', runId: 'r', rules: [{ to: 'x*' }] }] },
      '4:5 bridges[0]: a rule has one of',
    ],
    [{ name: 'a', mailbox: { onFull: 'wait' } }, '3:14 mailbox: "onFull" is "refuse"'],
    [{ name: 'a', hopsMax: 0 }, '3:14 hopsMax: write a whole number from 1 to 32'],
  ])('%j', (value, expected) => {
    const found = messages(value);
    expect(
      found.some((message) => message.startsWith(expected)),
      found.join('\n'),
    ).toBe(true);
  });
});

test('any message is read or refused, never thrown at', () => {
  const op = fc.constantFrom(
    'send',
    'request',
    'publish',
    'broadcast',
    'withdraw',
    'join',
    'leave',
    'bridge',
    'unbridge',
    'subscribe',
    'unsubscribe',
    'close',
    'forward',
    'forwarded',
    'x',
  );
  const members = fc.dictionary(
    fc.constantFrom(
      'id',
      'from',
      'to',
      'topic',
      'body',
      'agent',
      'bridge',
      'subscription',
      'message',
      'deliveryId',
      'outcome',
      'replyTo',
      'timeoutMs',
    ),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.tuple(op, members).map(([name, rest]) => ({ op: name, ...rest })),
      ),
      (content) => {
        const read = readMessage(content as never);
        expect(isRefused(read) ? read.message.length > 0 : read.input.type.length > 0).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
