/**
 * Appends of 300-byte records per second, and a scan, of the journal and of bare `node:sqlite` with the same
 * durability (WAL, synchronous FULL), taking turns in one process. Run it with `npm run bench -w tau-ext-local`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JOURNAL_LIMITS, type JournalRecord } from 'tau-core';
import { openSqliteJournal } from 'tau-ext-local';

const ROUNDS = 5;
const DATA = Uint8Array.from({ length: 300 }, (_, index) => (index * 31) % 256);
/** Where the records go: one stream, or many that grow in turn. */
const STREAMS_MANY = 200;

/** Appends of one kind: `group` records become durable together, `total` in all. */
interface Shape {
  readonly name: string;
  readonly group: number;
  readonly total: number;
  readonly streams: number;
  /** Whether the journal gets a group as one call, or as one call for each record in the same turn. */
  readonly oneCall: boolean;
}

const SHAPES: readonly Shape[] = [
  { name: 'one by one', group: 1, total: 3_000, streams: 1, oneCall: true },
  { name: 'groups of 64, one call', group: 64, total: 64_000, streams: 1, oneCall: true },
  { name: 'groups of 64, 64 calls', group: 64, total: 64_000, streams: 1, oneCall: false },
  { name: `groups of 64, ${STREAMS_MANY} streams`, group: 64, total: 64_000, streams: STREAMS_MANY, oneCall: true },
  { name: 'groups of 512, one call', group: 512, total: 204_800, streams: 1, oneCall: true },
];

/** Something that makes groups of records durable. */
interface Store {
  append(shape: Shape): Promise<void>;
  scan(): Promise<number>;
  close(): void;
}

const record = (seq: number): JournalRecord => ({
  seq,
  type: 'run.advanced',
  subject: `run-${seq % 50}`,
  hlc: '0mk2v7d1k.0001',
  data: DATA,
});

async function openJournalStore(folder: string): Promise<Store> {
  const journal = await openSqliteJournal({ folder });
  const epoch = await journal.claim('bench');
  const lastSeqs = new Map<string, number>();
  let next = 0;
  const nextAppend = (streams: number, count: number) => {
    const stream = `s${next++ % streams}`;
    const expectedSeq = lastSeqs.get(stream) ?? 0;
    lastSeqs.set(stream, expectedSeq + count);
    return {
      stream,
      expectedSeq,
      records: Array.from({ length: count }, (_, index) => record(expectedSeq + 1 + index)),
    };
  };
  return {
    async append({ group, streams, oneCall }) {
      const appends =
        streams === 1 && oneCall ? [nextAppend(1, group)] : Array.from({ length: group }, () => nextAppend(streams, 1));
      if (oneCall) await journal.append(epoch, appends);
      else await Promise.all(appends.map((append) => journal.append(epoch, [append])));
    },
    async scan() {
      let count = 0;
      let fromSeq: number | undefined = 1;
      while (fromSeq !== undefined) {
        const page = await journal.read('s0', fromSeq, { recordsMax: JOURNAL_LIMITS.pageRecordsMax });
        count += page.records.length;
        fromSeq = page.nextSeq;
      }
      return count;
    },
    close: () => journal.close(),
  };
}

function openBareStore(folder: string): Store {
  const database = new DatabaseSync(join(folder, 'bare.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, data BLOB NOT NULL)');
  // Many streams in one order each need a key of two parts, bare or not.
  database.exec('CREATE TABLE streams (stream INTEGER NOT NULL, seq INTEGER NOT NULL, data BLOB NOT NULL)');
  database.exec('CREATE UNIQUE INDEX streams_by_seq ON streams (stream, seq)');
  const [begin, commit] = [database.prepare('BEGIN'), database.prepare('COMMIT')];
  const insert = database.prepare('INSERT INTO events VALUES (?, ?)');
  const insertInStream = database.prepare('INSERT INTO streams VALUES (?, ?, ?)');
  const select = database.prepare('SELECT seq, data FROM events WHERE seq >= ? ORDER BY seq LIMIT ?');
  let lastSeq = 0;
  let inStreams = 0;
  return {
    async append({ group, streams }) {
      begin.run();
      for (let index = 0; index < group; index += 1) {
        if (streams === 1) insert.run(++lastSeq, DATA);
        else insertInStream.run(inStreams % streams, Math.floor(inStreams++ / streams), DATA);
      }
      commit.run();
    },
    async scan() {
      let count = 0;
      for (;;) {
        const rows = select.all(count + 1, JOURNAL_LIMITS.pageRecordsMax);
        if (rows.length === 0) return count;
        count += rows.length;
      }
    },
    close: () => database.close(),
  };
}

/** Records per second, and how long the event loop was held by the slowest group. */
async function measure(store: Store, shape: Shape): Promise<{ perSecond: number; worstMs: number }> {
  const start = performance.now();
  let worstMs = 0;
  for (let done = 0; done < shape.total; done += shape.group) {
    const before = performance.now();
    await store.append(shape);
    worstMs = Math.max(worstMs, performance.now() - before);
  }
  return { perSecond: (shape.total / (performance.now() - start)) * 1000, worstMs };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

interface Figures {
  readonly journal: number[];
  readonly bare: number[];
  readonly worstMs: number[];
}

async function round(figures: Map<string, Figures>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tau-bench-'));
  const journal = await openJournalStore(folder);
  const bare = openBareStore(folder);
  const of = (name: string): Figures => {
    const found = figures.get(name) ?? { journal: [], bare: [], worstMs: [] };
    figures.set(name, found);
    return found;
  };
  for (const shape of SHAPES) {
    const bareResult = await measure(bare, shape);
    const journalResult = await measure(journal, shape);
    of(shape.name).bare.push(bareResult.perSecond);
    of(shape.name).journal.push(journalResult.perSecond);
    of(shape.name).worstMs.push(journalResult.worstMs);
  }
  for (const [name, store] of [
    ['bare', bare],
    ['journal', journal],
  ] as const) {
    const start = performance.now();
    const count = await store.scan();
    of('scan')[name].push((count / (performance.now() - start)) * 1000);
  }
  journal.close();
  bare.close();
  rmSync(folder, { recursive: true, force: true });
}

const figures = new Map<string, Figures>();
for (let index = 0; index < ROUNDS; index += 1) await round(figures);

const rows = [...figures].map(([name, { journal, bare, worstMs }]) => ({
  name,
  journalPerSecond: Math.round(median(journal)),
  barePerSecond: Math.round(median(bare)),
  ratio: Number((median(journal) / median(bare)).toFixed(2)),
  worstMs: Number(median(worstMs).toFixed(1)),
}));

if (process.argv.includes('--json')) {
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
} else {
  process.stdout.write(
    `${'records per second'.padEnd(28)}${'journal'.padStart(10)}${'bare'.padStart(10)}${'ratio'.padStart(8)}  slowest group\n`,
  );
  for (const { name, journalPerSecond, barePerSecond, ratio, worstMs } of rows) {
    const columns = `${String(journalPerSecond).padStart(10)}${String(barePerSecond).padStart(10)}`;
    process.stdout.write(`${name.padEnd(28)}${columns}${ratio.toFixed(2).padStart(8)}  ${worstMs} ms\n`);
  }
}
