import { expect, onTestFinished, test } from 'vitest';
import { AT_ONCE, clientOf, clientOfScript, collect, kernelOf } from '../../test/client-fixture.js';
import { type KernelScript, startCuttingProxy } from '../../test/scripted-kernel.js';
import type { kernelv1 } from '../contract/index.js';
import { eventually } from '../testing/eventually.js';
import { type SeededRandom, seededRandom } from '../testing/seeded-random.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { RunWatchItem } from './watch-run.js';

/** A run's events at irregular places of their region, as the kernel would journal them. */
function runEvents(count: number, random: SeededRandom): kernelv1.RunEvent[] {
  let seq = 0;
  return Array.from({ length: count }, (_, index) => {
    const prevSeq = seq;
    seq += 1 + random.int(4);
    return event(seq, prevSeq, { index });
  });
}

function event(seq: number, prevSeq: number, data: object = {}): kernelv1.RunEvent {
  const dataJson = JSON.stringify(data);
  return { seq, prevSeq, runId: 'r1', type: 'run.advanced', timeMs: 1_000 + seq, hlc: `h${seq}`, dataJson };
}

function message(partial: Partial<kernelv1.WatchRunResponse>): kernelv1.WatchRunResponse {
  return { events: [], gap: undefined, end: false, progress: [], ...partial };
}

/** A kernel that gives a run in messages of random size, and ends the stream whenever `cut` says so. */
function scriptOf(events: readonly kernelv1.RunEvent[], random: SeededRandom, cut: () => 'error' | 'end' | 'no') {
  const froms: number[] = [];
  const script: KernelScript = {
    runs: {
      async *watchRun({ fromSeq }) {
        froms.push(fromSeq);
        let rest = events.filter(({ seq }) => seq >= fromSeq);
        while (rest.length > 0) {
          const how = cut();
          if (how === 'error') throw tauError('UNREACHABLE', 'scripted cut');
          if (how === 'end') return;
          const count = 1 + random.int(7);
          yield message({ events: rest.slice(0, count) });
          rest = rest.slice(count);
        }
        if (cut() === 'no') yield message({ end: true });
      },
    },
  };
  return { script, froms };
}

function seqsOf(items: readonly RunWatchItem[]): number[] {
  return items.map((item) => (item.kind === 'event' ? item.event.seq : Number.NaN));
}

test('gives every event in order, as plain objects, and ends with the run', async () => {
  const random = seededRandom(1);
  const events = runEvents(20, random);
  const { script, froms } = scriptOf(events, random, () => 'no');
  const client = await clientOfScript(script);
  const items = await collect(client.watchRun('r1'));
  expect(seqsOf(items)).toEqual(events.map(({ seq }) => seq));
  const { seq } = events[0] ?? event(0, 0);
  const expected = { seq, prevSeq: 0, runId: 'r1', type: 'run.advanced', timeMs: 1_000 + seq, hlc: `h${seq}` };
  expect(items[0]).toEqual({ kind: 'event', event: { ...expected, data: { index: 0 } } });
  expect(froms).toEqual([0]);
});

test('a kernel that ends the stream at any event: nothing lost, nothing repeated, resumed from one more', async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const random = seededRandom(seed);
    const events = runEvents(60, random);
    const { script, froms } = scriptOf(events, random, () =>
      random.next() < 0.4 ? random.pick(['error', 'end']) : 'no',
    );
    const client = await clientOfScript(script);
    const items = await collect(client.watchRun('r1'));
    expect(seqsOf(items), `seed ${seed}`).toEqual(events.map(({ seq }) => seq));
    const positions = new Set([0, ...events.map(({ seq }) => seq + 1)]);
    expect(froms.filter((from) => !positions.has(from))).toEqual([]);
    expect(froms.length).toBeGreaterThan(1);
  }
});

test('a connection that is cut at any byte: nothing lost, nothing repeated', async () => {
  let cuts = 0;
  for (let seed = 1; seed <= 15; seed += 1) {
    const random = seededRandom(seed);
    const events = runEvents(200, random);
    const { script } = scriptOf(events, random, () => 'no');
    const proxy = await startCuttingProxy(await kernelOf(script), () => 200 + random.int(4_000));
    onTestFinished(() => proxy.stop());
    const items = await collect(clientOf(proxy.address).watchRun('r1'));
    expect(seqsOf(items), `seed ${seed}`).toEqual(events.map(({ seq }) => seq));
    cuts += proxy.cuts;
  }
  expect(cuts).toBeGreaterThan(30);
});

test('starts where it is told, and accepts an earlier event as the one before', async () => {
  const events = [event(2, 0), event(5, 2), event(9, 5)];
  const { script, froms } = scriptOf(events, seededRandom(1), () => 'no');
  const client = await clientOfScript(script);
  expect(seqsOf(await collect(client.watchRun('r1', { fromSeq: 3 })))).toEqual([5, 9]);
  expect(froms).toEqual([3]);
});

test('a gap is given in its place, and the watch goes on behind it', async () => {
  const client = await clientOfScript({
    runs: {
      async *watchRun() {
        yield message({ gap: { fromSeq: 1, toSeq: 6 }, events: [event(8, 4), event(9, 8)] });
        yield message({ events: [event(10, 9)], gap: { fromSeq: 11, toSeq: 20 } });
        yield message({ events: [event(21, 19)], end: true });
      },
    },
  });
  const items = await collect(client.watchRun('r1'));
  expect(items.map((item) => (item.kind === 'gap' ? [item.fromSeq, item.toSeq] : seqsOf([item])[0]))).toEqual([
    [1, 6],
    8,
    9,
    10,
    [11, 20],
    21,
  ]);
});

test('output of work in progress is given where it is asked for', async () => {
  const content = { mediaType: 'text/plain', name: '', body: { $case: 'text' as const, value: 'half' } };
  const client = await clientOfScript({
    runs: {
      async *watchRun() {
        yield message({ events: [event(1, 0)], progress: [{ callId: 'c1', content, timeMs: 7 }] });
        yield message({ events: [event(2, 1)], end: true });
      },
    },
  });
  expect(seqsOf(await collect(client.watchRun('r1')))).toEqual([1, 2]);
  const withProgress = await collect(client.watchRun('r1', { progress: true }));
  const progress = { callId: 'c1', content: { mediaType: 'text/plain', text: 'half' }, timeMs: 7 };
  expect(withProgress[1]).toEqual({ kind: 'progress', progress });
});

test.each([
  {
    name: 'a lost event',
    events: [event(1, 0), event(4, 3)],
    says: 'event 4 follows event 3, but the last one seen is 1',
  },
  { name: 'a lost first event', events: [event(3, 2)], says: 'event 3 follows event 2, which was not given' },
  { name: 'a repeated event', events: [event(1, 0), event(1, 0)], says: 'event 1 came after the stream had passed it' },
])('$name is an INTERNAL error that names the numbers', async ({ events, says }) => {
  const client = await clientOfScript({
    runs: {
      async *watchRun() {
        yield message({ events, end: true });
      },
    },
  });
  await expect(collect(client.watchRun('r1'))).rejects.toMatchObject({
    data: { id: 'TAU-9001' },
    message: expect.stringContaining(says),
  });
});

test('a break across a cut is found too', async () => {
  let openings = 0;
  const client = await clientOfScript({
    runs: {
      async *watchRun() {
        openings += 1;
        yield message({ events: openings === 1 ? [event(1, 0)] : [event(3, 2)] });
      },
    },
  });
  await expect(collect(client.watchRun('r1'))).rejects.toThrow('event 3 follows event 2, but the last one seen is 1');
});

test('an error that will not pass ends the watch as it is', async () => {
  const client = await clientOfScript({
    runs: {
      async *watchRun({ runId }) {
        yield message({ events: [event(1, 0)] });
        throw tauError('NOT_FOUND', `there is no run ${runId}`);
      },
    },
  });
  const items: RunWatchItem[] = [];
  const watching = (async () => {
    for await (const item of client.watchRun('r1')) items.push(item);
  })();
  await expect(watching).rejects.toMatchObject({ data: { id: 'TAU-1002', message: 'there is no run r1' } });
  expect(items).toHaveLength(1);
});

test('without a kernel the first step fails at once and says what to do', async () => {
  const client = clientOf('127.0.0.1:1', { reconnect: { ...AT_ONCE, limitMs: 1e9 } });
  await expect(collect(client.watchRun('r1'))).rejects.toMatchObject({
    data: { id: 'TAU-1010' },
    message: expect.stringContaining('start it with "tau kernel start"'),
  });
});

test('an abort ends a watch that waits, with the reason of the signal, and the stream at the kernel', async () => {
  const abort = new AbortController();
  let ended = false;
  const client = await clientOfScript({
    runs: {
      async *watchRun(_request, { signal }) {
        yield message({ events: [event(1, 0)] });
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended = true;
      },
    },
  });
  const watch = client.watchRun('r1', { signal: abort.signal });
  await watch.next();
  const next = watch.next();
  abort.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
  await eventually(() => ended, { what: 'the end of the stream at the kernel' });
});

test('leaving the loop ends the stream at the kernel', async () => {
  let ended = false;
  const client = await clientOfScript({
    runs: {
      async *watchRun(_request, { signal }) {
        signal.addEventListener('abort', () => {
          ended = true;
        });
        for (let seq = 1; !signal.aborted; seq += 1) yield message({ events: [event(seq, seq - 1)] });
      },
    },
  });
  for await (const item of client.watchRun('r1')) {
    if (item.kind === 'event' && item.event.seq === 3) break;
  }
  await eventually(() => ended, { what: 'the end of the stream at the kernel' });
});
