import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { tauError } from 'tau-core';

/** Where a stream stands: its number in the database, and its last record's (0 without records). */
export interface StreamTail {
  readonly id: number;
  lastSeq: number;
}

/** Streams whose tails are remembered; the others are looked up again (about 5 us). 150 bytes each. */
const TAILS_MAX = 20_000;

/** The port orders names by code unit, SQLite by code point: the same but for what lies beyond the basic plane. */
const NAME_PATTERN = /^[^\ud800-\udfff]{1,400}$/;

/** Knows the streams by name. What it remembers is what the connection sees, uncommitted writes included. */
export class StreamTails {
  readonly #find: StatementSync;
  readonly #create: StatementSync;
  readonly #known = new Map<string, StreamTail>();

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(
      `SELECT id, (SELECT max(seq) FROM records WHERE stream = streams.id) FROM streams WHERE name = ?`,
    );
    this.#find.setReturnArrays(true);
    this.#create = database.prepare('INSERT INTO streams (name) VALUES (?)');
  }

  /** The stream's tail; undefined when there is no such stream. */
  find(name: string): StreamTail | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const row = this.#find.get(name);
    if (row === undefined) return undefined;
    const [id, lastSeq] = Object.values(row);
    return this.#remember(name, { id: Number(id), lastSeq: Number(lastSeq ?? 0) });
  }

  /**
   * The stream's tail, of a new stream when there is none of that name. Only within a transaction.
   *
   * @throws TauError INVALID_ARGUMENT for a name that is empty, longer than 400, or outside the basic plane.
   */
  findOrCreate(name: string): StreamTail {
    return this.find(name) ?? this.#remember(name, { id: Number(this.#create.run(name).lastInsertRowid), lastSeq: 0 });
  }

  /** Forgets everything: what a transaction that was rolled back had changed is read again. */
  forget(): void {
    this.#known.clear();
  }

  #remember(name: string, tail: StreamTail): StreamTail {
    const oldest = this.#known.size >= TAILS_MAX ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(name, tail);
    return tail;
  }
}

/** @throws TauError INVALID_ARGUMENT */
export function checkStreamName(name: string): void {
  if (NAME_PATTERN.test(name)) return;
  throw tauError('INVALID_ARGUMENT', `"${name.slice(0, 40)}" is no stream name: use 1 to 400 plain characters`);
}
