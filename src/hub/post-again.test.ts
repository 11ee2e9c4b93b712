import { errorData, type Instant, instant, later, type Outcome } from 'tau-core';
import { expect, test } from 'vitest';
import type { HubEvent } from './event.js';
import { hubMachine } from './machine.js';
import type { HubEffect, HubInput, PostedMessage } from './port.js';
import { ANSWER_CHARS_MAX, emptyHub, type HubState, REQUEST_REFS_MAX } from './state.js';

const OK: Outcome = { kind: 'ok', output: 'done' };
const REFUSED: Outcome = { kind: 'failed', error: errorData('MAILBOX_FULL', 'full') };

/** A hub with the agent `b`, whose mailbox has room for one. */
class Hub {
  now: Instant = instant(1_000);
  state: HubState = emptyHub({ id: 'hub' });

  constructor(mailbox: object = { capacity: 1 }) {
    this.take({ type: 'join', agent: { name: 'b', mailbox } });
  }

  take(input: HubInput): readonly string[] {
    const { events, effects } = hubMachine.decide(this.state, input, this.now);
    for (const event of events) {
      this.state = hubMachine.evolve(this.state, JSON.parse(JSON.stringify(event)) as HubEvent);
    }
    return effects.map(shown);
  }

  send(id: string, ref: string, message: Partial<PostedMessage> = {}): readonly string[] {
    return this.take({ type: 'post', message: { from: 'a', body: null, kind: 'send', to: 'b', id, ...message }, ref });
  }

  ask(id: string, ref: string, message: Partial<PostedMessage> = {}): readonly string[] {
    return this.send(id, ref, { kind: 'request', ...message });
  }

  settle(deliveryId: string, outcome: Outcome = OK): readonly string[] {
    return this.take({ type: 'settled', deliveryId, outcome });
  }
}

function shown(effect: HubEffect): string {
  switch (effect.type) {
    case 'deliver':
      return `${effect.deliveryId} to ${effect.place}`;
    case 'withdraw':
      return `withdraw ${effect.deliveryId}`;
    default: {
      const { ref, outcome } = effect;
      const what = outcome.kind === 'ok' ? JSON.stringify(outcome.output) : outcome.kind;
      return `${effect.type} ${ref} ${outcome.kind === 'failed' ? outcome.error.id : what}`;
    }
  }
}

const idOf = (name: Parameters<typeof errorData>[0]): string => errorData(name, '').id;
const PLACED = '{"recipients":1,"refused":[]}';

test('what a full mailbox refused is taken when it is sent again', () => {
  const hub = new Hub();
  hub.send('1', 'r1');
  hub.send('2', 'r2');
  expect(hub.send('3', 'r3')).toEqual([`receipt r3 ${idOf('MAILBOX_FULL')}`]);
  expect(hub.ask('4', 'r4')).toEqual([`answer r4 ${idOf('MAILBOX_FULL')}`]);
  hub.settle('d1');
  hub.settle('d2');
  expect(hub.send('3', 'r3')).toEqual([`receipt r3 ${PLACED}`, 'd3 to agent/b']);
  expect(hub.ask('4', 'r4')).toEqual([]);
  expect(hub.settle('d3')).toEqual(['d4 to agent/b']);
  expect(hub.settle('d4')).toEqual(['answer r4 "done"']);
});

test('what was for nobody is taken once somebody of that name has joined', () => {
  const hub = new Hub();
  expect(hub.send('1', 'r1', { to: 'c' })).toEqual([`receipt r1 ${idOf('RECIPIENT_UNKNOWN')}`]);
  expect(hub.send('2', 'r2', { kind: 'publish', topic: 'news' })).toEqual(['receipt r2 {"recipients":0,"refused":[]}']);
  hub.take({ type: 'join', agent: { name: 'c', subscriptions: [{ topic: 'news' }] } });
  expect(hub.send('1', 'r1', { to: 'c' })).toEqual([`receipt r1 ${PLACED}`, 'd1 to agent/c']);
  hub.settle('d1');
  expect(hub.send('2', 'r2', { kind: 'publish', topic: 'news' })).toEqual(['d2 to agent/c', `receipt r2 ${PLACED}`]);
  expect(hub.send('2', 'r3', { kind: 'publish', topic: 'news' })).toEqual(['receipt r3 {"recipients":0,"refused":[]}']);
});

test('a request that is asked again while it is open gets the answer of the first, each ref once', () => {
  const hub = new Hub();
  expect(hub.ask('1', 'r1')).toEqual(['d1 to agent/b']);
  expect([...hub.ask('1', 'r2'), ...hub.ask('1', 'r2'), ...hub.ask('1', 'r1')]).toEqual([]);
  expect(hub.settle('d1')).toEqual(['answer r1 "done"', 'answer r2 "done"']);
  expect(hub.state.counts).toMatchObject({ posted: 1, duplicates: 3, answered: 1 });
});

test('and afterwards the answer that was kept, failures included', () => {
  const hub = new Hub();
  hub.ask('1', 'r1');
  hub.settle('d1');
  expect(hub.ask('1', 'r2')).toEqual(['answer r2 "done"']);
  hub.ask('2', 'r3');
  hub.settle('d2', REFUSED);
  expect(hub.ask('2', 'r4')).toEqual([`answer r4 ${idOf('MAILBOX_FULL')}`]);
  hub.ask('3', 'r5', { timeoutMs: 10 });
  hub.now = later(hub.now, 10);
  expect(hub.take({ type: 'deadline' })).toEqual([`answer r5 ${idOf('WORK_DEADLINE')}`, 'withdraw d3']);
  expect(hub.ask('3', 'r6')).toEqual([`answer r6 ${idOf('WORK_DEADLINE')}`]);
});

test('one whose answer was too long to keep, or that was no request, is told so', () => {
  const hub = new Hub();
  hub.ask('1', 'r1');
  hub.settle('d1', { kind: 'ok', output: 'x'.repeat(ANSWER_CHARS_MAX) });
  expect(hub.ask('1', 'r2')).toEqual([`answer r2 ${idOf('ALREADY_EXISTS')}`]);
  hub.send('2', 'r3');
  expect(hub.ask('2', 'r4')).toEqual([`answer r4 ${idOf('ALREADY_EXISTS')}`]);
});

test('who asks the same is bounded, too', () => {
  const hub = new Hub();
  for (let n = 0; n < REQUEST_REFS_MAX; n++) hub.ask('1', `r${n}`);
  expect(hub.ask('1', 'more')).toEqual([`answer more ${idOf('LIMIT_EXCEEDED')}`]);
  expect(hub.settle('d1')).toHaveLength(REQUEST_REFS_MAX);
});

test('of several who ask, one can give up alone; the last one ends the request', () => {
  const hub = new Hub();
  hub.ask('1', 'r1');
  hub.ask('1', 'r2');
  expect(hub.take({ type: 'withdraw', ref: 'r1', reason: 'enough' })).toEqual(['answer r1 cancelled']);
  expect(hub.take({ type: 'withdraw', ref: 'r2', reason: 'enough' })).toEqual(['answer r2 cancelled', 'withdraw d1']);
});

test('what waited and was dropped, left behind or given up was never handed over: it may come again', () => {
  const dropping = new Hub({ capacity: 1, onFull: 'drop-oldest' });
  dropping.send('1', 'r1');
  dropping.ask('2', 'r2');
  expect(dropping.send('3', 'r3')).toEqual([`answer r2 ${idOf('MAILBOX_FULL')}`, `receipt r3 ${PLACED}`]);
  dropping.settle('d1');
  dropping.settle('d2');
  expect(dropping.ask('2', 'r2')).toEqual(['d3 to agent/b']);

  const leaving = new Hub({ capacity: 1, onFull: 'block' });
  leaving.ask('1', 'r1');
  leaving.ask('2', 'r2');
  leaving.send('3', 'r3');
  expect(leaving.take({ type: 'leave', agent: 'b' }).filter((line) => !line.startsWith('withdraw'))).toEqual(
    ['answer r1', 'answer r2', 'receipt r3'].map((who) => `${who} ${idOf('RECIPIENT_UNKNOWN')}`),
  );
  leaving.take({ type: 'join', agent: { name: 'b' } });
  expect(leaving.ask('1', 'r1')).toEqual([`answer r1 ${idOf('RECIPIENT_UNKNOWN')}`]);
  expect(leaving.ask('2', 'r2')).toEqual(['d2 to agent/b']);
  expect(leaving.send('3', 'r3')).toEqual([`receipt r3 ${PLACED}`]);

  const waiting = new Hub();
  waiting.send('1', 'r1');
  waiting.ask('2', 'r2');
  waiting.take({ type: 'withdraw', ref: 'r2', reason: 'enough' });
  waiting.settle('d1');
  expect(waiting.ask('2', 'r2')).toEqual(['d2 to agent/b']);
});

test('what another hub refused may be sent there again; what it had is answered from memory', () => {
  const hub = new Hub();
  hub.take({ type: 'bridge', bridge: { name: 'far', hub: 'far', rules: [{ to: 'x' }] } });
  hub.ask('1', 'r1', { to: 'x' });
  expect(hub.settle('d1', REFUSED)).toEqual([`answer r1 ${idOf('MAILBOX_FULL')}`]);
  expect(hub.ask('1', 'r1', { to: 'x' })).toEqual(['d2 to bridge/far']);
  hub.settle('d2');
  expect(hub.ask('1', 'r2', { to: 'x' })).toEqual(['answer r2 "done"']);
});

test('an answer that comes at the deadline is the answer, and so is giving up', () => {
  const hub = new Hub({ capacity: 5 });
  hub.ask('1', 'r1', { timeoutMs: 10 });
  hub.ask('2', 'r2', { timeoutMs: 10 });
  hub.ask('3', 'r3', { timeoutMs: 20 });
  hub.now = later(hub.now, 10);
  // The second is late and is handed over to nobody; the third is next.
  expect(hub.settle('d1')).toEqual(['answer r1 "done"', 'd2 to agent/b', `answer r2 ${idOf('WORK_DEADLINE')}`]);
  hub.now = later(hub.now, 10);
  expect(hub.take({ type: 'withdraw', ref: 'r3', reason: 'enough' })).toEqual(['answer r3 cancelled', 'withdraw d2']);
  expect(hubMachine.nextDeadline(hub.state)).toBeUndefined();
});

test('refusals say what to do', () => {
  const hub = new Hub();
  hub.send('1', 'r');
  hub.send('2', 'r');
  const messageOf = (id: string, to: string): string => {
    const message = { id, from: 'a', body: null, kind: 'send', to } as const;
    const [effect] = hubMachine.decide(hub.state, { type: 'post', message, ref: 'r' }, hub.now).effects;
    return effect?.type === 'receipt' && effect.outcome.kind === 'failed' ? effect.outcome.error.message : '';
  };
  expect(messageOf('3', 'b')).toBe('1 message waits for "b": send it again when it has caught up');
  expect(messageOf('3', 'B')).toBe(
    '"B" is not with the hub "hub", nor behind a bridge of it: let it join, add a bridge whose rules name it, or write one of the names that are here: b',
  );
  for (let n = 0; n < 11; n++) hub.take({ type: 'join', agent: { name: `n${n}` } });
  expect(messageOf('3', 'B')).toMatch(/here: b, n0, .*, n8 and 2 more$/);
});

test('a broadcast to a thousand agents is three events, whatever their number', () => {
  const hub = new Hub({ capacity: 10_000 });
  for (let n = 0; n < 998; n++) hub.take({ type: 'join', agent: { name: `n${n}` } });
  const { events, effects } = hubMachine.decide(
    hub.state,
    { type: 'post', message: { id: '1', from: 'a', body: null, kind: 'broadcast' }, ref: 'r' },
    hub.now,
  );
  expect(events.map(({ type }) => type)).toEqual(['Posted', 'Spread', 'HandedOut']);
  expect(effects).toHaveLength(1_000);
});
