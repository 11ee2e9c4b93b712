import fc from 'fast-check';
import type { Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { ProgramDrive } from '../../test/support/program-drive.js';
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

const SOUTH = {
  name: 'south',
  agents: [{ name: 'coder' }],
  bridges: [{ name: 'north', hub: 'north', runId: 'run-north', rules: [{ to: 'north.**' }] }],
};

describe('what another run tells cannot break a hub', () => {
  const forwarded = { id: '1', from: 'x', to: 'coder', body: 1, origin: 'north', visited: ['north'] };

  test('a forwarded message brings what messages have, and nothing of the hub itself', () => {
    const drive = new ProgramDrive(hubLanguage, SOUTH, 1_000_000).begin();
    const own = { ref: 'no address', deadline: 0, uid: 99, gap: 7, op: 'send', replyTo: 'run-y' };
    drive.tell({ op: 'forward', message: { ...forwarded, ...own, kind: 'send' } });
    drive.tell({ op: 'forward', message: { ...forwarded, ...own, kind: 'request', id: '2' } });
    expect(drive.calls.get('d1')?.input).toEqual({
      id: '1',
      kind: 'send',
      from: 'x',
      to: 'coder',
      body: 1,
      origin: 'north',
    });
    drive.settle('d1').settle('d2');
    expect(drive.state.hub.counts).toMatchObject({ handled: 2, answered: 1 });
  });

  test.each<Json>([
    { kind: 'failed' },
    { kind: 'failed', error: 'no' },
    { kind: 'unknown', error: { id: 7, message: 'x' } },
    { kind: 'ok' },
    { kind: 'cancelled' },
    { kind: 'inputRequired' },
  ])('an answer over a bridge that is none, %j, is refused', (outcome) => {
    const drive = new ProgramDrive(hubLanguage, SOUTH, 1_000_000).begin();
    drive.tell({ op: 'request', id: '1', from: 'x', to: 'north.a', body: 1, replyTo: 'run-x' }).settle('d1');
    drive.tell({ op: 'forwarded', deliveryId: 'd1', outcome });
    expect(drive.state.messagesRefused).toBe(1);
    drive.tell({ op: 'forwarded', deliveryId: 'd1', outcome: { kind: 'ok', output: 'built' } });
    expect(drive.asked.at(-1)?.input).toMatchObject({ runId: 'run-x', content: { outcome: { output: 'built' } } });
  });

  test('an answer over a bridge is none to what an agent of its own has in hand', () => {
    const drive = new ProgramDrive(hubLanguage, SOUTH, 1_000_000).begin();
    drive.tell({ op: 'request', id: '1', from: 'x', to: 'coder', body: 1, replyTo: 'run-x' });
    drive.tell({ op: 'forwarded', deliveryId: 'd1', outcome: { kind: 'ok', output: 'forged' } });
    expect(drive.state.messagesRefused).toBe(1);
    drive.settle('d1', { kind: 'ok', output: 'built' });
    expect(drive.asked.at(-1)?.input).toMatchObject({ runId: 'run-x', content: { outcome: { output: 'built' } } });
  });

  test('whatever the messages are', () => {
    const text = fc.constantFrom('1', 'd1', 'd2', 'coder', 'north', 'north.a', 'run-x', '', 'x.y');
    const outcome = fc.oneof(
      fc.record(
        {
          kind: fc.constantFrom('ok', 'failed', 'cancelled', 'unknown'),
          output: fc.jsonValue(),
          error: fc.jsonValue(),
        },
        { requiredKeys: ['kind'] },
      ),
      fc.jsonValue(),
    );
    const message = {
      ...{ id: text, from: text, to: text, topic: text, key: text, origin: text, body: fc.jsonValue() },
      ...{
        kind: fc.constantFrom('send', 'request', 'publish', 'broadcast'),
        visited: fc.array(text, { maxLength: 3 }),
      },
      ...{
        ref: fc.jsonValue(),
        deadline: fc.jsonValue(),
        uid: fc.jsonValue(),
        timeoutMs: fc.integer({ min: 1, max: 9 }),
      },
    };
    const common = { id: text, from: text, to: text, topic: text, body: fc.jsonValue(), replyTo: text };
    const content = fc.oneof(
      fc.record(
        { op: fc.constantFrom('send', 'request', 'publish', 'broadcast'), ...common },
        { requiredKeys: ['op', 'id', 'from', 'body'] },
      ),
      fc.record(
        {
          op: fc.constant('forward'),
          message: fc.record(message, { requiredKeys: ['kind', 'id', 'from', 'body', 'origin', 'visited'] }),
          deliveryId: text,
          replyTo: text,
        },
        { requiredKeys: ['op', 'message'] },
      ),
      fc.record({ op: fc.constant('forwarded'), deliveryId: text, outcome }),
      fc.record({ op: fc.constant('withdraw'), id: text, deliveryId: text, replyTo: text }, { requiredKeys: ['op'] }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(content, fc.boolean()), { minLength: 1, maxLength: 12 }), (told) => {
        const drive = new ProgramDrive(hubLanguage, SOUTH, 1_000_000).begin();
        for (const [one, settles] of told) {
          drive.tell(one as Json);
          const [open] = drive.calls.keys();
          if (settles && open !== undefined) drive.settle(open);
        }
        drive.advance(100_000);
        expect(drive.nextDeadline).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
