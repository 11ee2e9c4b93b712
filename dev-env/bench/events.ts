import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Figure, figure } from './figure.ts';
import { newFolder, type Trio, threeProcesses } from './trio.ts';

const EVENTS = 100_000;
const ROUNDS = 3;
const DATA = JSON.stringify({ text: 'x'.repeat(200) });

/** Events a second from a publisher to a watching client, durable and volatile, beside a group commit of the same. */
export async function measureEvents(): Promise<Figure[]> {
  const trio = await threeProcesses();
  try {
    const figures: Figure[] = [];
    for (const durability of ['durable', 'volatile'] as const) {
      const [tau, limit]: [number[], number[]] = [[], []];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const rate = await eventsPerSecond(trio, durability, `${durability}-${round}`);
        // The first round warms up.
        if (round === 0) continue;
        tau.push(rate);
        limit.push(commitsPerSecond());
      }
      figures.push(
        figure(`publish to a watching client, ${durability}`, 'events/s', tau, limit, {
          against: 'node:sqlite FULL, 512 records a commit',
          bar: '100,000/s',
        }),
      );
    }
    return figures;
  } finally {
    await trio.stop();
  }
}

async function eventsPerSecond(
  { client }: Trio,
  durability: 'durable' | 'volatile',
  sessionId: string,
): Promise<number> {
  await client.ensureSession({ sessionId, durability });
  const publisher = client.publisher({ windowMax: 8_192 });
  const start = performance.now();
  const watching = (async () => {
    let seen = 0;
    for await (const item of client.subscribe(sessionId, { fromSeq: 1, types: ['bench.*'] })) {
      if (item.kind === 'gap') throw new Error('the watcher was given a gap');
      seen += 1;
      if (seen === EVENTS) return;
    }
  })();
  for (let index = 0; index < EVENTS; index += 1) {
    await publisher.ready();
    // Its acknowledgement is awaited by close().
    publisher
      .publish(sessionId, { id: String(index), source: 'bench', type: 'bench.event', data: DATA }, { durability })
      .catch(fail);
  }
  await Promise.all([publisher.close(), watching]);
  return (EVENTS * 1_000) / (performance.now() - start);
}

function fail(thrown: unknown): never {
  throw thrown;
}

function commitsPerSecond(): number {
  const db = new DatabaseSync(join(newFolder(), 'limit.db'));
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, data BLOB)',
  );
  const insert = db.prepare('INSERT INTO records (data) VALUES (?)');
  const data = Buffer.from(DATA.padEnd(300));
  const start = performance.now();
  for (let written = 0; written < EVENTS; ) {
    db.exec('BEGIN');
    for (let record = 0; record < 512; record += 1) insert.run(data);
    written += 512;
    db.exec('COMMIT');
  }
  const ms = performance.now() - start;
  db.close();
  return (EVENTS * 1_000) / ms;
}
