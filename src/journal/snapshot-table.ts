import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Snapshot, tauError } from 'tau-core';
import { snapshotChecksum } from './record-checksum.js';
import type { StreamTail } from './stream-tails.js';

/** The newest snapshot of each stream. */
export class SnapshotTable {
  readonly #save: StatementSync;
  readonly #load: StatementSync;

  constructor(database: DatabaseSync) {
    this.#save = database.prepare(
      `INSERT INTO snapshots (stream, seq, crc, state) VALUES (?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE
       SET seq = excluded.seq, crc = excluded.crc, state = excluded.state WHERE excluded.seq >= snapshots.seq`,
    );
    this.#load = database.prepare('SELECT seq, crc, state FROM snapshots WHERE stream = ?');
  }

  /** Keeps a snapshot, unless a newer one is kept. */
  save({ id }: StreamTail, snapshot: Snapshot): void {
    this.#save.run(id, snapshot.seq, snapshotChecksum(id, snapshot), snapshot.state);
  }

  /** @throws TauError JOURNAL_CORRUPT for a snapshot whose checksum is another. */
  load(stream: string, { id }: StreamTail): Snapshot | undefined {
    const row = this.#load.get(id);
    if (row === undefined) return undefined;
    const { seq, crc, state } = row;
    if (typeof seq === 'number' && state instanceof Uint8Array) {
      const snapshot = { seq, state };
      if (crc === snapshotChecksum(id, snapshot)) return snapshot;
    }
    throw tauError('JOURNAL_CORRUPT', `stream "${stream}": its snapshot is not what was written`, {
      details: { stream },
    });
  }
}
