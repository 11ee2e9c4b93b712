import { type Json, type JsonObject, TauError, tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import type { HubDelivery } from '../hub/definition.js';
import { openHub } from './local-hub.js';
import type { HubHandler, LocalHubOptions } from './local-hub-options.js';

const echo: HubHandler = ({ body }) => ({ echo: body });

/** A handler that is let on by hand. */
function gate() {
  const seen: HubDelivery[] = [];
  const signals: AbortSignal[] = [];
  const waiting: (() => void)[] = [];
  const handler: HubHandler = (message, { signal }) => {
    seen.push(message);
    signals.push(signal);
    return new Promise<Json>((resolve) => waiting.push(() => resolve(null)));
  };
  return { handler, seen, signals, next: () => waiting.shift()?.() };
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return thrown instanceof TauError ? `${thrown.data.id} ${thrown.data.message}` : `no TauError: ${String(thrown)}`;
}

function open(handlers: { readonly [name: string]: HubHandler } = {}, id = 'hub') {
  const clock = new VirtualClock();
  return { clock, hub: openHub({ clock, id, handlers }) };
}

describe('requests', () => {
  test('are answered by their handler', async () => {
    const { hub } = open({ echo });
    expect(await hub.request('echo', { n: 1 })).toEqual({ echo: { n: 1 } });
  });

  test('fail as their handler does: typed errors as they are, others as HANDLER_FAILED', async () => {
    const { hub } = open({
      typed: () => {
        throw tauError('OUTPUT_REFUSED', 'no plan in it');
      },
      bare: () => {
        throw new Error('oops');
      },
    });
    expect(await refusal(hub.request('typed', 1))).toBe('TAU-3011 no plan in it');
    expect(await refusal(hub.request('bare', 1))).toBe('TAU-3005 oops');
  });

  test('end in their time, and their handlers hear of it', async () => {
    const { handler, signals, seen } = gate();
    const { hub, clock } = open({ slow: handler });
    const failed = refusal(hub.request('slow', 1, { timeoutMs: 500 }));
    await vi.waitFor(() => expect(seen.length).toBe(1));
    clock.advance(499);
    expect(signals[0]?.aborted).toBe(false);
    clock.advance(1);
    expect(await failed).toContain('TAU-3002');
    expect(signals[0]?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('can be given up', async () => {
    const { handler, signals, seen } = gate();
    const { hub } = open({ slow: handler });
    const abort = new AbortController();
    const failed = refusal(hub.request('slow', 1, { signal: abort.signal }));
    await vi.waitFor(() => expect(seen.length).toBe(1));
    abort.abort('enough');
    expect(await failed).toBe('TAU-4002 enough');
    expect(signals[0]?.aborted).toBe(true);
    expect(await refusal(hub.request('slow', 1, { signal: abort.signal }))).toContain('TAU-4002');
  });

  test('to nobody are refused', async () => {
    const { hub } = open();
    expect(await refusal(hub.request('nobody', 1))).toContain('TAU-4015');
    expect(await refusal(hub.send('nobody', 1))).toContain('TAU-4015');
  });
});

describe('mailboxes', () => {
  test('hand over one at a time, in order, and refuse what does not fit', async () => {
    const { handler, seen, next } = gate();
    const { hub } = open();
    hub.join('coder', handler, { capacity: 1 });
    await hub.send('coder', 1);
    await hub.send('coder', 2);
    expect(await refusal(hub.send('coder', 3))).toContain('TAU-4014');
    expect(seen.map(({ body }) => body)).toEqual([1]);
    next();
    await vi.waitFor(() => expect(seen.map(({ body }) => body)).toEqual([1, 2]));
  });

  test('that block give credit once there is room', async () => {
    const { handler, seen, next } = gate();
    const { hub } = open();
    hub.join('coder', handler, { capacity: 1, onFull: 'block' });
    await hub.send('coder', 1);
    await hub.send('coder', 2);
    let sent = false;
    const third = hub.send('coder', 3).then(() => {
      sent = true;
    });
    await vi.waitFor(() => expect(seen.length).toBe(1));
    expect(sent).toBe(false);
    next();
    await third;
    expect(sent).toBe(true);
  });
});

describe('publications', () => {
  test('go to subscribers whose topic and condition fit, until they end it', async () => {
    const { handler, seen } = gate();
    const { hub } = open({ log: handler });
    const end = hub.subscribe('log', 'shop.*', { where: { attribute: 'total', is: 'above', value: 100 } });
    expect(await hub.publish('shop.paid', 'small', { attributes: { total: 1 } })).toEqual({
      recipients: 0,
      refused: [],
    });
    expect(await hub.publish('shop.paid', 'large', { attributes: { total: 200 } })).toEqual({
      recipients: 1,
      refused: [],
    });
    end();
    expect(await hub.publish('shop.paid', 'large', { attributes: { total: 200 } })).toEqual({
      recipients: 0,
      refused: [],
    });
    await vi.waitFor(() => expect(seen.map(({ body, topic }) => [body, topic])).toEqual([['large', 'shop.paid']]));
    expect(await refusal(hub.publish('not a topic', 1))).toContain('TAU-1001');
  });

  test('broadcasts go to all but the sender', async () => {
    const all: string[] = [];
    const note =
      (name: string): HubHandler =>
      () => {
        all.push(name);
        return null;
      };
    const { hub } = open({ a: note('a'), b: note('b'), c: note('c') });
    expect(await hub.broadcast('hi', { from: 'b' })).toEqual({ recipients: 2, refused: [] });
    await vi.waitFor(() => expect(all).toEqual(['a', 'c']));
  });
});

describe('bridges', () => {
  test('lead to agents of other hubs, with their errors and in order', async () => {
    const seen: Json[] = [];
    const { hub: north } = open({}, 'north');
    const { hub: middle } = open({}, 'middle');
    const { hub: south } = open(
      {
        'south.coder': ({ body }) => {
          seen.push(body);
          if (body === 'fail') throw tauError('STATE_REFUSED', 'not that');
          return 'built';
        },
      },
      'south',
    );
    north.bridge(middle, [{ to: 'south.**' }]);
    middle.bridge(south, [{ to: 'south.**' }]);
    expect(await north.request('south.coder', 'build')).toBe('built');
    expect(await refusal(north.request('south.coder', 'fail'))).toBe('TAU-4010 not that');
    await Promise.all([1, 2, 3, 4].map((body) => north.send('south.coder', body, { key: 'k' })));
    await vi.waitFor(() => expect(seen).toEqual(['build', 'fail', 1, 2, 3, 4]));
    expect(await refusal(north.request('south.painter', 1))).toContain('TAU-4015');
  });

  test('in a ring deliver once to each', async () => {
    const counts = new Map<string, number>();
    const hubs = ['p', 'q', 'r'].map((id) => {
      const count: HubHandler = () => {
        counts.set(id, (counts.get(id) ?? 0) + 1);
        return null;
      };
      return open({ [`${id}-agent`]: count }, id).hub;
    });
    for (const one of hubs) for (const other of hubs) if (one !== other) one.bridge(other, [{ broadcast: true }]);
    await hubs[0]?.broadcast('hi');
    await hubs[1]?.broadcast('ho');
    await vi.waitFor(() => expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(6));
    expect([...counts.entries()].sort()).toEqual([
      ['p', 2],
      ['q', 2],
      ['r', 2],
    ]);
  });

  test('carry what is left of the time, and tell the other hub when it is given up', async () => {
    const { handler, signals, seen } = gate();
    const { hub: north, clock } = open({}, 'north');
    const south = openHub({ clock, id: 'south', handlers: { slow: handler } });
    north.bridge(south, [{ to: '*' }]);
    const failed = refusal(north.request('slow', 1, { timeoutMs: 300 }));
    await vi.waitFor(() => expect(seen.length).toBe(1));
    clock.advance(300);
    expect(await failed).toContain('TAU-3002');
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('coming and going', () => {
  test('names are taken once, and what waited for one who leaves fails', async () => {
    const { handler } = gate();
    const { hub } = open({ slow: handler });
    expect(() => hub.join('slow', handler)).toThrow('the name "slow" is taken');
    expect(() => hub.join('no name', handler)).toThrow('the name of an agent');
    expect(() => hub.subscribe('nobody', 'x')).toThrow('join first');
    const failed = refusal(hub.request('slow', 1));
    hub.leave('slow');
    expect(await failed).toContain('TAU-4015');
    hub.join('slow', echo);
    expect(await hub.request('slow', 2)).toEqual({ echo: 2 });
  });

  test('a closed hub answers what is open, and takes nothing more', async () => {
    const { handler, signals, seen } = gate();
    const { hub, clock } = open({ slow: handler });
    const failed = refusal(hub.request('slow', 1));
    await vi.waitFor(() => expect(seen.length).toBe(1));
    hub.close('good night');
    expect(await failed).toContain('TAU-1009');
    expect(signals[0]?.aborted).toBe(true);
    expect(await refusal(hub.send('slow', 1))).toContain('TAU-1009');
    expect(() => hub.join('late', echo)).toThrow('has closed');
    expect(clock.pending).toBe(0);
    expect(JSON.parse(JSON.stringify(hub.state))).toEqual(hub.state);
  });
});

test('handlers that give no JSON give null, and cannot change what was sent', async () => {
  const body = { list: [1] };
  const { hub } = open({
    odd: (message) => {
      (message.body as { list: number[] }).list.push(2);
      return undefined as unknown as Json;
    },
  });
  expect(await hub.request('odd', body)).toBeNull();
  expect(body).toEqual({ list: [1] });
});

describe('what is no message', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;

  test.each<[string, unknown]>([
    ['a circle', circle],
    ['a large integer', { n: 1n }],
  ])('%s is refused by name, and the hub goes on', async (_, body) => {
    const { hub } = open({ a: echo });
    expect(await refusal(hub.send('a', body as Json))).toMatch(/^TAU-1001 .*JSON/);
    expect(await refusal(hub.request('a', body as Json))).toMatch(/^TAU-1001 .*JSON/);
    expect(await refusal(hub.broadcast(1, { attributes: body as JsonObject }))).toMatch(/^TAU-1001 .*JSON/);
    expect(await hub.request('a', 'well')).toEqual({ echo: 'well' });
  });

  test('a body that is missing is null', async () => {
    const { hub } = open({ a: echo });
    expect(await hub.request('a', undefined as unknown as Json)).toEqual({ echo: null });
    expect(await hub.publish('x.y', (() => 1) as unknown as Json)).toEqual({ recipients: 0, refused: [] });
  });

  test.each([Number.NaN, 1.5, 86_400_001])('a request of %d ms is refused by name', async (timeoutMs) => {
    const { hub } = open({ a: echo });
    expect(await refusal(hub.request('a', 1, { timeoutMs }))).toMatch(/^TAU-1001 "timeoutMs" is a whole number up to/);
    expect(await hub.request('a', 'well')).toEqual({ echo: 'well' });
  });

  test.each([0, -1])('a request of %d ms is over at once', async (timeoutMs) => {
    const { hub, clock } = open({ a: echo });
    const over = refusal(hub.request('a', 1, { timeoutMs }));
    clock.advance(0);
    expect(await over).toContain('TAU-3002');
  });
});

test.each<[Partial<LocalHubOptions>, RegExp]>([
  [{ requestTimeoutMs: 0 }, /"requestTimeoutMs" is a whole number from 1 to 86400000/],
  [{ requestTimeoutMs: Number.NaN }, /"requestTimeoutMs" is a whole number/],
  [{ hopsMax: 0 }, /"hopsMax" is a whole number from 1 to 32/],
  [{ id: 'my hub' }, /the id of a hub has 1 to 100 letters, digits and \._-/],
  [{ mailbox: { capacity: 0 } }, /"capacity"/],
])('a hub does not open with %j', (options, problem) => {
  expect(() => openHub(options)).toThrow(problem);
});
