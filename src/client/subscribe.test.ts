import { expect, onTestFinished, test } from 'vitest';
import { clientOf, clientOfScript, kernelOf } from '../../test/client-fixture.js';
import { type KernelScript, startCuttingProxy } from '../../test/scripted-kernel.js';
import { kernelv1, placedEventToProto } from '../contract/index.js';
import { type SeededRandom, seededRandom } from '../testing/seeded-random.js';
import { eventTypeMatches, type PlacedEvent } from '../vocabulary/cloud-event.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { SubscriptionItem } from './subscribe.js';

function event(regionSeq: number, type = 'test.a'): PlacedEvent {
  const data = JSON.stringify({ regionSeq });
  return { id: `e${regionSeq}`, source: 'test', type, data, region: 's', regionSeq, hlc: `h${regionSeq}` };
}

function message(events: readonly PlacedEvent[], partial: Partial<kernelv1.SubscribeResponse> = {}) {
  const position = events.at(-1)?.regionSeq ?? 0;
  return { events: events.map(placedEventToProto), gap: undefined, position, ...partial };
}

function session(seq: number) {
  return async () => ({ session: kernelv1.Session.fromPartial({ sessionId: 's', seq }) });
}

/** A session whose events stand at irregular places of its region, every third of another type. */
function sessionEvents(count: number, random: SeededRandom): PlacedEvent[] {
  let seq = 0;
  return Array.from({ length: count }, (_, index) => {
    seq += 1 + random.int(3);
    return event(seq, index % 3 === 2 ? 'other.b' : 'test.a');
  });
}

/** A kernel that gives a session in messages of random size and ends the stream whenever `cut` says so. */
function scriptOf(events: readonly PlacedEvent[], random: SeededRandom, cut: () => boolean) {
  const requests: { fromSeq: number; types: readonly string[] }[] = [];
  const script: KernelScript = {
    events: {
      async *subscribe({ fromSeq, types }, { signal }) {
        requests.push({ fromSeq, types });
        let rest = events.filter(({ regionSeq }) => regionSeq >= fromSeq);
        while (rest.length > 0) {
          if (cut()) throw tauError('UNREACHABLE', 'scripted cut');
          const part = rest.slice(0, 1 + random.int(7));
          rest = rest.slice(part.length);
          const wanted = part.filter(({ type }) => types.length === 0 || types.some((t) => eventTypeMatches(type, t)));
          yield message(wanted, { position: part.at(-1)?.regionSeq ?? 0 });
        }
        if (!cut()) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
  };
  return { script, requests };
}

async function take(items: AsyncIterable<SubscriptionItem>, count: number): Promise<SubscriptionItem[]> {
  const taken: SubscriptionItem[] = [];
  for await (const item of items) if (taken.push(item) === count) break;
  return taken;
}

function seqsOf(items: readonly SubscriptionItem[]): number[] {
  return items.map((item) => (item.kind === 'event' ? item.event.regionSeq : Number.NaN));
}

test('gives events with their place, from a sequence number', async () => {
  const { script, requests } = scriptOf([event(1), event(2), event(5)], seededRandom(1), () => false);
  const client = await clientOfScript(script);
  const items = await take(client.subscribe('s', { fromSeq: 2 }), 2);
  expect(items).toEqual([
    { kind: 'event', event: event(2) },
    { kind: 'event', event: event(5) },
  ]);
  expect(requests).toEqual([{ fromSeq: 2, types: [] }]);
});

test('a kernel that ends the stream at any event: nothing lost, nothing repeated', async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = seededRandom(seed);
    const events = sessionEvents(60, random);
    const { script, requests } = scriptOf(events, random, () => random.next() < 0.4);
    const client = await clientOfScript(script);
    const items = await take(client.subscribe('s', { fromSeq: 1 }), 60);
    expect(seqsOf(items), `seed ${seed}`).toEqual(events.map(({ regionSeq }) => regionSeq));
    expect(requests.length).toBeGreaterThan(1);
  }
});

test('a connection that is cut at any byte: nothing lost, nothing repeated, of the types wanted', async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = seededRandom(seed);
    const events = sessionEvents(300, random);
    const { script, requests } = scriptOf(events, random, () => false);
    const proxy = await startCuttingProxy(await kernelOf(script), () => 300 + random.int(4_000));
    onTestFinished(() => proxy.stop());
    const items = await take(clientOf(proxy.address).subscribe('s', { fromSeq: 1, types: ['test.*'] }), 200);
    const wanted = events.filter(({ type }) => type === 'test.a').map(({ regionSeq }) => regionSeq);
    expect(seqsOf(items), `seed ${seed}`).toEqual(wanted);
    expect(requests.every(({ types }) => types.join() === 'test.*')).toBe(true);
    expect(proxy.cuts).toBeGreaterThan(0);
  }
});

test('goes on behind the position, also where no event matched', async () => {
  const froms: number[] = [];
  const client = await clientOfScript({
    events: {
      async *subscribe({ fromSeq }) {
        froms.push(fromSeq);
        if (fromSeq < 41) yield message([], { position: 40 });
        else yield message([event(41)]);
      },
    },
  });
  await take(client.subscribe('s', { fromSeq: 3, types: ['test.a'] }), 1);
  expect(froms).toEqual([3, 41]);
});

test('without a start it gives what comes next, also when it is cut before its first message', async () => {
  const froms: number[] = [];
  const client = await clientOfScript({
    sessions: { getSession: session(17) },
    events: {
      async *subscribe({ fromSeq }) {
        froms.push(fromSeq);
        if (froms.length < 3) throw tauError('UNREACHABLE', 'scripted cut');
        yield message([event(18), event(19)]);
      },
    },
  });
  expect(seqsOf(await take(client.subscribe('s'), 2))).toEqual([18, 19]);
  expect(froms).toEqual([18, 18, 18]);
});

test('a session that is not there yet is given from its first event on', async () => {
  const { script, requests } = scriptOf([event(1)], seededRandom(1), () => false);
  const getSession = async () => {
    throw tauError('NOT_FOUND', 'no such session');
  };
  const client = await clientOfScript({ ...script, sessions: { getSession } });
  expect(seqsOf(await take(client.subscribe('s'), 1))).toEqual([1]);
  expect(requests[0]?.fromSeq).toBe(1);
});

test('a gap is given in its place, and the subscription goes on behind it', async () => {
  const froms: number[] = [];
  const client = await clientOfScript({
    events: {
      async *subscribe({ fromSeq }) {
        froms.push(fromSeq);
        if (froms.length === 1) yield message([event(8)], { gap: { fromSeq: 1, toSeq: 6 } });
        else if (froms.length === 2) yield message([event(9)], { gap: { fromSeq: 10, toSeq: 20 }, position: 9 });
        else yield message([event(21)]);
      },
    },
  });
  const items = await take(client.subscribe('s', { fromSeq: 1 }), 5);
  const gaps = items.map((item) => (item.kind === 'gap' ? [item.fromSeq, item.toSeq] : item.event.regionSeq));
  expect(gaps).toEqual([[1, 6], 8, 9, [10, 20], 21]);
  expect(froms).toEqual([1, 9, 21]);
});

test('events that come twice or out of order are an INTERNAL error that names the numbers', async () => {
  const client = await clientOfScript({
    events: {
      async *subscribe() {
        yield message([event(4), event(6)]);
        yield message([event(5)]);
      },
    },
  });
  await expect(take(client.subscribe('s', { fromSeq: 1 }), 3)).rejects.toMatchObject({
    data: { id: 'TAU-9001' },
    message: expect.stringContaining('event 5 came after the stream had passed it, at 7'),
  });
});

test('a refusal ends the subscription as it is', async () => {
  const client = await clientOfScript({
    events: {
      // biome-ignore lint/correctness/useYield: it refuses before its first message
      async *subscribe() {
        throw tauError('DENIED', 'not yours');
      },
    },
  });
  await expect(take(client.subscribe('s', { fromSeq: 1 }), 1)).rejects.toMatchObject({ data: { id: 'TAU-1006' } });
});
