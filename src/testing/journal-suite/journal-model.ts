import type { JournalPage, JournalRecord, ReadOptions, StreamAppend, StreamInfo } from '../../ports/journal.js';
import type { ErrorName } from '../../vocabulary/error-catalogue.js';

/** What a call must answer: refused with an error, or an answer that passes a check. */
export type Expectation = { readonly refused: ErrorName } | { readonly accepted: true };

const ACCEPTED: Expectation = { accepted: true };

/** The port's guarantees in the simplest form that can be written down. Shares no code with any journal. */
export class JournalModel {
  epoch = 0;
  readonly streams = new Map<string, JournalRecord[]>();
  readonly snapshots = new Map<string, number>();

  records(stream: string): readonly JournalRecord[] {
    return this.streams.get(stream) ?? [];
  }

  append(epoch: number, batch: readonly StreamAppend[]): Expectation {
    if (epoch !== this.epoch) return { refused: 'JOURNAL_FENCED' };
    const stored = batch.every(({ stream, records }) =>
      records.every((record) => sameText(this.records(stream)[record.seq - 1], record)),
    );
    if (stored) return ACCEPTED;
    const next = new Map([...this.streams].map(([stream, records]) => [stream, [...records]]));
    for (const { stream, expectedSeq, records } of batch) {
      const list = next.get(stream) ?? [];
      if (list.length !== expectedSeq) return { refused: 'JOURNAL_CONFLICT' };
      next.set(stream, [...list, ...records]);
    }
    for (const [stream, records] of next) this.streams.set(stream, records);
    return ACCEPTED;
  }

  saveSnapshot(epoch: number, stream: string, seq: number): Expectation {
    if (epoch !== this.epoch) return { refused: 'JOURNAL_FENCED' };
    this.snapshots.set(stream, Math.max(seq, this.snapshots.get(stream) ?? 0));
    return ACCEPTED;
  }

  list(after: string, streamsMax: number): readonly StreamInfo[] {
    const names = [...this.streams.keys()].filter((stream) => stream > after).sort();
    return names.slice(0, streamsMax).map((stream) => ({ stream, lastSeq: this.records(stream).length }));
  }

  /** All that a read could give if pages had no bounds. */
  matching(stream: string, fromSeq: number, options: ReadOptions): readonly JournalRecord[] {
    return this.records(stream).filter(
      ({ seq, subject }) =>
        seq >= fromSeq &&
        seq <= (options.toSeq ?? Number.POSITIVE_INFINITY) &&
        (options.subject === undefined || options.subject === subject),
    );
  }
}

/** What is wrong with a page, given all records that match; undefined when it is right. */
export function pageFault(page: JournalPage, all: readonly JournalRecord[], options: ReadOptions): string | undefined {
  const { records, nextSeq } = page;
  const bytes = records.reduce((sum, { data }) => sum + data.byteLength, 0);
  const rest = all[records.length];
  if (!records.every((record, index) => sameText(all[index], record))) return 'other records than those that match';
  if (records.length === 0 && all.length > 0) return 'empty although records match';
  if (records.length > (options.recordsMax ?? Number.POSITIVE_INFINITY)) return 'more records than recordsMax';
  if (records.length > 1 && bytes > (options.bytesMax ?? Number.POSITIVE_INFINITY)) return 'more bytes than bytesMax';
  if (nextSeq === undefined) return rest === undefined ? undefined : 'the last page, with records left out';
  if (nextSeq <= (records.at(-1)?.seq ?? 0)) return 'a next page that starts within this one';
  if (rest === undefined && options.subject === undefined) return 'a next page after the end';
  return rest !== undefined && nextSeq > rest.seq ? 'a next page that leaves records out' : undefined;
}

export function sameText(a: JournalRecord | undefined, b: JournalRecord): boolean {
  return a !== undefined && textOf(a) === textOf(b);
}

function textOf({ seq, type, subject, hlc, data }: JournalRecord): string {
  return JSON.stringify([seq, type, subject, hlc, Buffer.from(data).toString('hex')]);
}
