import { type FileHandle, open } from 'node:fs/promises';
import { tauError } from 'tau-core';
import type { RunAppend, StoredFrame, StoredRecord } from './run-store.js';

/** One line of a run's file: one append. A format for ever. */
interface Batch {
  /** The run's last record before it. A line that does not follow what is before it was refused, and is no part of the run. */
  readonly after: number;
  readonly header?: string;
  readonly status?: string;
  readonly records?: readonly string[];
  readonly frames?: readonly (readonly [seq: number, text: string])[];
}

interface Place {
  readonly offset: number;
  readonly bytes: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

const NEWLINE = 10;
const CHUNK_BYTES = 1024 * 1024;

export function batchLine({ expectedSeq, header, status, records, frames }: RunAppend): Buffer {
  const batch: Batch = {
    after: expectedSeq,
    ...(header !== undefined && { header }),
    ...(status !== undefined && { status }),
    ...(records.length > 0 && { records: records.map(({ text }) => text) }),
    ...(frames.length > 0 && { frames: frames.map(({ seq, text }): [number, string] => [seq, text]) }),
  };
  return Buffer.from(`${JSON.stringify(batch)}\n`);
}

/** One run's file, and where its lines are. The first look reads all of it; later ones what has come since. */
export class RunFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #places: Place[] = [];
  readonly #frames = new Map<number, Place>();
  #header: string | undefined;
  #status = '';
  #lastSeq = 0;
  /** Where the whole lines end; what is behind is being written, or was cut off. */
  #end = 0;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  static async open(path: string): Promise<RunFile | undefined> {
    return RunFile.#opened(path, 'a+', true);
  }

  /** Undefined when it is there already. */
  static async make(path: string): Promise<RunFile | undefined> {
    return RunFile.#opened(path, 'ax+', false);
  }

  static async #opened(path: string, flags: string, mustExist: boolean): Promise<RunFile | undefined> {
    try {
      if (mustExist) await (await open(path, 'r')).close();
      return new RunFile(await open(path, flags), path);
    } catch (thrown) {
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      if (code === 'ENOENT' || code === 'EEXIST') return undefined;
      throw thrown;
    }
  }

  get hasHeader(): boolean {
    return this.#header !== undefined;
  }

  get header(): string {
    return this.#header ?? '';
  }

  get status(): string {
    return this.#status;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Takes in the lines that have come since. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#takeRest());
  }

  /** False when another process has written meanwhile: the line is then no part of the run. */
  write(line: Buffer): Promise<boolean> {
    return this.#inTurn(async () => {
      if ((await this.#handle.stat()).size > this.#end && !(await this.#isTornTail())) return false;
      const offset = this.#end;
      // Whatever there is room for at once: a part would be cut off, and nobody told.
      await this.#handle.writeFile(line);
      await this.#handle.datasync();
      if ((await this.#handle.stat()).size !== offset + line.length && !(await this.#holds(line, offset))) return false;
      this.#takeLines(line);
      return true;
    });
  }

  async records(fromSeq: number, toSeq: number): Promise<readonly StoredRecord[]> {
    const found: StoredRecord[] = [];
    for (let index = this.#firstPlace(fromSeq); index < this.#places.length; index += 1) {
      const place = this.#places[index];
      if (place === undefined || place.fromSeq > toSeq) break;
      for (const [nth, text] of (await this.#batchAt(place)).records?.entries() ?? []) {
        const seq = place.fromSeq + nth;
        if (seq >= fromSeq && seq <= toSeq) found.push({ seq, text });
      }
    }
    return found;
  }

  async frames(seqs: readonly number[]): Promise<readonly StoredFrame[]> {
    const found: StoredFrame[] = [];
    for (const seq of [...seqs].sort((a, b) => a - b)) {
      const place = this.#frames.get(seq);
      const frame = place && (await this.#batchAt(place)).frames?.find(([at]) => at === seq);
      if (frame !== undefined) found.push({ seq, text: frame[1] });
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #takeRest(): Promise<void> {
    const { size } = await this.#handle.stat();
    let rest = Buffer.alloc(0);
    for (let at = this.#end; at < size; ) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - at));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      rest = this.#takeLines(Buffer.concat([rest, chunk.subarray(0, bytesRead)]));
    }
  }

  /** Takes away what a crash cut off; false when what is there is another process's doing. */
  async #isTornTail(): Promise<boolean> {
    const before = this.#lastSeq;
    await this.#takeRest();
    if (this.#lastSeq !== before) return false;
    await this.#handle.truncate(this.#end);
    return true;
  }

  async #holds(line: Buffer, offset: number): Promise<boolean> {
    const there = Buffer.alloc(line.length);
    await this.#handle.read(there, 0, line.length, offset);
    return there.equals(line);
  }

  /** Takes in whole lines; gives back what is left of the last one. */
  #takeLines(bytes: Buffer): Buffer<ArrayBuffer> {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#takeLine(bytes.toString('utf8', start, end), end + 1 - start);
      start = end + 1;
    }
    return Buffer.from(bytes.subarray(start));
  }

  #takeLine(text: string, bytes: number): void {
    const offset = this.#end;
    const batch = this.#parsed(text);
    this.#end += bytes;
    const isFirst = batch.header !== undefined;
    if (batch.after !== this.#lastSeq || isFirst === this.hasHeader) return;
    if (batch.header !== undefined) this.#header = batch.header;
    if (batch.status !== undefined) this.#status = batch.status;
    const toSeq = batch.after + (batch.records?.length ?? 0);
    const place = { offset, bytes, fromSeq: batch.after + 1, toSeq };
    if (toSeq >= place.fromSeq) this.#places.push(place);
    for (const [seq] of batch.frames ?? []) this.#frames.set(seq, place);
    this.#lastSeq = toSeq;
  }

  #parsed(text: string): Batch {
    try {
      return JSON.parse(text) as Batch;
    } catch {
      throw tauError('JOURNAL_CORRUPT', `${this.#path} has a line after record ${this.#lastSeq} that is no JSON`);
    }
  }

  /** The first line that may have the record, by halving. */
  #firstPlace(seq: number): number {
    let low = 0;
    let high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#places[middle]?.toSeq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async #batchAt({ offset, bytes }: Place): Promise<Batch> {
    const line = Buffer.alloc(bytes);
    await this.#handle.read(line, 0, bytes, offset);
    return this.#parsed(line.toString('utf8', 0, bytes - 1));
  }

  /** What moves the end of the file happens one after another. */
  #inTurn<Answer>(act: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
