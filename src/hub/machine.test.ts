import fc from 'fast-check';
import { type Decision, errorData, type Instant, instant, later, type Outcome } from 'tau-core';
import { expect, test } from 'vitest';
import type { MailboxOptions } from './definition.js';
import type { HubEvent } from './event.js';
import { hubMachine } from './machine.js';
import type { HubEffect, HubInput, PostedMessage } from './port.js';
import { holds, predicateProblem } from './predicate.js';
import { emptyHub, type HubMessage, type HubState, placeOf, SEEN_MAX } from './state.js';
import { isTopic, isTopicPattern, topicMatches } from './topic.js';

const OK: Outcome = { kind: 'ok', output: 'done' };

/** A hub, driven by hand. */
class HubDrive {
  state: HubState;
  now: Instant = instant(1_000_000);
  readonly delivered: {
    readonly place: string;
    readonly deliveryId: string;
    readonly message: HubMessage;
    readonly gap: number;
  }[] = [];
  readonly open = new Map<string, string>();
  readonly answers = new Map<string, Outcome[]>();
  readonly receipts = new Map<string, Outcome[]>();
  readonly events: HubEvent[] = [];

  constructor(mailbox: MailboxOptions = {}, id = 'hub') {
    this.state = emptyHub({ id, mailbox, requestTimeoutMs: 1_000 });
  }

  take(input: HubInput): Decision<HubEvent, HubEffect> {
    const before = JSON.stringify(this.state);
    const decision = hubMachine.decide(this.state, input, this.now);
    expect(JSON.stringify(this.state)).toBe(before);
    for (const event of decision.events) {
      this.events.push(event);
      this.state = hubMachine.evolve(this.state, JSON.parse(JSON.stringify(event)) as HubEvent);
    }
    for (const effect of decision.effects) this.#release(effect);
    return decision;
  }

  #release(effect: HubEffect): void {
    switch (effect.type) {
      case 'deliver':
        this.delivered.push(effect);
        this.open.set(effect.deliveryId, effect.place);
        return;
      case 'withdraw':
        expect(this.open.delete(effect.deliveryId)).toBe(true);
        return;
      case 'answer':
        this.answers.set(effect.ref, [...(this.answers.get(effect.ref) ?? []), effect.outcome]);
        return;
      case 'receipt':
        this.receipts.set(effect.ref, [...(this.receipts.get(effect.ref) ?? []), effect.outcome]);
    }
  }

  post(message: Partial<PostedMessage> & Pick<PostedMessage, 'id' | 'kind'>): void {
    this.take({ type: 'post', message: { from: 'x', body: null, ...message }, ref: message.id });
  }

  settle(deliveryId: string, outcome: Outcome = OK): void {
    this.open.delete(deliveryId);
    this.take({ type: 'settled', deliveryId, outcome });
  }

  advance(ms: number): void {
    this.now = later(this.now, ms);
    const next = hubMachine.nextDeadline(this.state);
    if (next !== undefined && next <= this.now) this.take({ type: 'deadline' });
  }
}

type Act =
  | { readonly kind: 'send' | 'request'; readonly from: string; readonly key: string; readonly to: string }
  | { readonly kind: 'publish' | 'broadcast' }
  | { readonly kind: 'settle'; readonly pick: number; readonly ok: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'withdraw'; readonly pick: number }
  | { readonly kind: 'repeat'; readonly pick: number }
  | { readonly kind: 'leave' | 'join' | 'close' };

const AGENTS = ['a', 'b'];
const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.oneof(
    {
      weight: 10,
      arbitrary: fc.record({
        kind: fc.constantFrom('send' as const, 'request' as const),
        from: fc.constantFrom('x', 'y'),
        key: fc.constantFrom('k', 'l'),
        to: fc.constantFrom(...AGENTS, 'nobody'),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('publish' as const, 'broadcast' as const) }) },
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('settle' as const), pick: fc.nat(), ok: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 700 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), pick: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('leave' as const, 'join' as const) }) },
  ),
  { maxLength: 80 },
);
const mailboxes: fc.Arbitrary<MailboxOptions> = fc.record({
  capacity: fc.constantFrom(1, 3, 1_000),
  onFull: fc.constantFrom('refuse' as const, 'drop-oldest' as const, 'block' as const),
  blockedMax: fc.constantFrom(1, 5),
  concurrency: fc.constantFrom(1, 2, 8),
});

function play(
  mailbox: MailboxOptions,
  all: readonly Act[],
  check: (drive: HubDrive) => void,
): { drive: HubDrive; requests: string[]; posted: PostedMessage[] } {
  const drive = new HubDrive(mailbox);
  const posted: PostedMessage[] = [];
  const requests: string[] = [];
  for (const name of AGENTS)
    drive.take({ type: 'join', agent: { name, subscriptions: [{ topic: 'news.*' }, { id: 'two', topic: '**' }] } });
  for (const [index, one] of all.entries()) {
    const id = `m${index}`;
    switch (one.kind) {
      case 'send':
      case 'request':
      case 'publish':
      case 'broadcast': {
        const message: PostedMessage = { body: index, from: 'x', topic: 'news.now', id, ...one };
        posted.push(message);
        if (one.kind === 'request') requests.push(id);
        drive.post(message);
        break;
      }
      case 'settle': {
        const open = [...drive.open.keys()];
        const failed: Outcome = { kind: 'failed', error: errorData('STEP_FAILED', 'no luck') };
        if (open.length > 0) drive.settle(open[one.pick % open.length] ?? '', one.ok ? OK : failed);
        break;
      }
      case 'advance':
        drive.advance(one.ms);
        break;
      case 'withdraw':
        if (requests.length > 0)
          drive.take({ type: 'withdraw', ref: requests[one.pick % requests.length] ?? '', reason: 'enough' });
        break;
      case 'repeat': {
        const message = posted[one.pick % Math.max(posted.length, 1)];
        // The same again, by somebody who has an answer coming, too.
        if (message === undefined) break;
        if (message.kind === 'request') requests.push(id);
        drive.take({ type: 'post', message, ref: id });
        break;
      }
      case 'leave':
        drive.take({ type: 'leave', agent: 'b' });
        break;
      case 'join':
        drive.take({ type: 'join', agent: { name: 'b' } });
        break;
      case 'close':
        break;
    }
    check(drive);
  }
  return { drive, requests, posted };
}

test('whatever happens: order per sender and key, no message twice, one answer to each request, all in bounds', () => {
  fc.assert(
    fc.property(mailboxes, acts, (mailbox, all) => {
      const { drive, requests } = play(mailbox, all, ({ state, open }) => {
        for (const [place, { queue, blocked, inFlight }] of state.recipients.map(
          (one) => [placeOf(one), one] as const,
        )) {
          expect(queue.length).toBeLessThanOrEqual(mailbox.capacity ?? 0);
          expect(blocked.length).toBeLessThanOrEqual(mailbox.onFull === 'block' ? (mailbox.blockedMax ?? 0) : 0);
          const inHand = Object.keys(inFlight);
          expect(inHand.length).toBeLessThanOrEqual(mailbox.concurrency ?? 0);
          expect(inHand.every((id) => open.get(id) === place)).toBe(true);
          // Of equal sender and key one at a time.
          const lines = Object.values(inFlight).map(({ from, key }) => `${from} ${key}`);
          expect(new Set(lines).size).toBe(lines.length);
          // Nothing waits that could be handed over.
          if (inHand.length < (mailbox.concurrency ?? 0)) {
            expect(queue.every(({ from, key }) => lines.includes(`${from} ${key}`))).toBe(true);
          }
          if (blocked.length > 0) expect(queue.length).toBe(mailbox.capacity);
        }
      });
      for (const place of ['agent/a', 'agent/b']) {
        const here = drive.delivered.filter((one) => one.place === place).map(({ message }) => message);
        expect(new Set(here.map(({ id }) => id)).size).toBe(here.length);
        for (const line of new Set(here.map(({ from, key }) => `${from} ${key}`))) {
          const order = here.filter(({ from, key }) => `${from} ${key}` === line).map(({ uid }) => uid);
          expect(order).toEqual([...order].sort((a, b) => a - b));
        }
      }
      drive.take({ type: 'close', reason: 'done' });
      for (const id of requests) expect(drive.answers.get(id)?.length, id).toBe(1);
      for (const receipts of drive.receipts.values()) expect(receipts.length).toBe(1);
      expect(drive.open.size).toBe(0);
      expect(drive.state.seen.length).toBeLessThanOrEqual(SEEN_MAX);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('below capacity nothing is lost, and gaps count what is dropped above', () => {
  fc.assert(
    fc.property(fc.constantFrom(1, 3, 1_000), acts, (capacity, all) => {
      const calm = all.filter(({ kind }) => kind === 'send' || kind === 'settle' || kind === 'broadcast');
      const { drive, posted } = play({ capacity, onFull: 'drop-oldest' }, calm, () => undefined);
      for (let [first] = drive.open.keys(); first !== undefined; [first] = drive.open.keys()) drive.settle(first);
      for (const name of AGENTS) {
        const meant = posted.filter(({ kind, to }) => kind === 'broadcast' || to === name).length;
        const here = drive.delivered.filter(({ place }) => place === `agent/${name}`);
        const gaps = here.reduce((sum, { gap }) => sum + gap, 0);
        expect(here.length + gaps).toBe(meant);
        if (capacity === 1_000) expect(gaps).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('a broadcast reaches an agent that is called like its sender on another hub', () => {
  const drive = new HubDrive({}, 'south');
  for (const name of ['anna', 'ben']) drive.take({ type: 'join', agent: { name } });
  drive.post({ id: '1', kind: 'broadcast', from: 'anna', origin: 'north', visited: ['north'] });
  drive.post({ id: '2', kind: 'broadcast', from: 'anna' });
  expect(drive.delivered.map(({ place, message }) => [place, message.id])).toEqual([
    ['agent/anna', '1'],
    ['agent/ben', '1'],
  ]);
  for (const id of [...drive.open.keys()]) drive.settle(id);
  expect(drive.delivered.slice(2).map(({ place, message }) => [place, message.id])).toEqual([['agent/ben', '2']]);
});

test('topics fit patterns as a plain search over segments says', () => {
  const fits = (topic: readonly string[], pattern: readonly string[]): boolean => {
    const [part, ...parts] = pattern;
    if (part === undefined) return topic.length === 0;
    if (part === '**') return topic.some((_, index) => fits(topic.slice(index), parts)) || fits([], parts);
    return topic.length > 0 && (part === '*' || part === topic[0]) && fits(topic.slice(1), parts);
  };
  const segment = fc.constantFrom('a', 'b');
  fc.assert(
    fc.property(
      fc.array(segment, { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom('a', 'b', '*', '**'), { minLength: 1, maxLength: 5 }),
      (topic, pattern) => {
        expect(topicMatches(topic.join('.'), pattern.join('.'))).toBe(fits(topic, pattern));
      },
    ),
    { numRuns: 1_000 },
  );
  expect(['a', 'a.b-c.D'].every(isTopic)).toBe(true);
  expect(['', 'a..b', 'a.*', '.a', 'a b'].some(isTopic)).toBe(false);
  expect(['**', 'a.*.b', '*'].every(isTopicPattern)).toBe(true);
  expect(['a*', '***', 'a.', ''].some(isTopicPattern)).toBe(false);
});

test('a hostile pattern costs no more than its length allows', () => {
  expect(topicMatches(Array(100).fill('a').join('.'), `${Array(60).fill('**').join('.')}.b`)).toBe(false);
});

test('predicates compare what can be compared', () => {
  const attributes = { n: 5, t: 'shop', list: [1, { a: 2, b: 3 }], none: null };
  const is = (attribute: string, test: never, value?: never) =>
    holds({ attribute, is: test, ...(value === undefined ? {} : { value }) }, attributes);
  const yes: readonly [string, string, unknown?][] = [
    ['n', 'equals', 5],
    ['n', 'atLeast', 5],
    ['n', 'atMost', 5],
    ['n', 'above', 4],
    ['n', 'below', 6],
    ['t', 'above', 'shoo'],
    ['t', 'startsWith', 'sh'],
    ['n', 'in', [4, 5]],
    ['list', 'equals', [1, { b: 3, a: 2 }]],
    ['none', 'exists'],
    ['x', 'absent'],
    ['x', 'differs', 1],
  ];
  const no: readonly [string, string, unknown?][] = [
    ['n', 'equals', '5'],
    ['n', 'above', '4'],
    ['n', 'startsWith', '5'],
    ['x', 'equals'],
    ['none', 'absent'],
    ['t', 'in', 'shop'],
    ['toString', 'exists'],
    ['none', 'below', null],
  ];
  for (const [name, test, value] of yes) expect(is(name, test as never, value as never), `${name} ${test}`).toBe(true);
  for (const [name, test, value] of no) expect(is(name, test as never, value as never), `${name} ${test}`).toBe(false);
  expect(holds({ all: [{ not: { any: [] } }, { attribute: 'n', is: 'exists' }] }, attributes)).toBe(true);
  expect(predicateProblem({ all: [{ attribute: 'a', is: 'exists' }] })).toBeUndefined();
  expect(predicateProblem({ attribute: 'a', is: 'like' })).toContain('"is" is one of');
  expect(predicateProblem({ not: { not: { not: { not: { not: { not: { not: { not: {} } } } } } } } })).toContain(
    'levels',
  );
  expect(predicateProblem({ all: Array(200).fill({ attribute: 'a', is: 'exists' }) })).toContain('parts');
});
