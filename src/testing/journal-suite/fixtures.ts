import { expect, test } from 'vitest';
import { JOURNAL_LIMITS, type Journal, type JournalRecord, type StreamAppend } from '../../ports/journal.js';
import { ERROR_CATALOGUE, type ErrorName } from '../../vocabulary/error-catalogue.js';
import { hlcText } from '../../vocabulary/hlc.js';
import { TauError } from '../../vocabulary/tau-error.js';
import type { JournalSubject, MakeJournal } from './journal-subject.js';

const encoder = new TextEncoder();

/** A record whose every field tells its number and `text`. */
export function record(seq: number, text = `record ${seq}`, subject = ''): JournalRecord {
  return {
    seq,
    type: `test.${text.length}`,
    subject,
    hlc: hlcText({ wallMs: 1_767_225_600_000 + seq, counter: seq }),
    data: encoder.encode(text),
  };
}

/** Records number `first` to `last`. */
export function recordRange(first: number, last: number, text?: string): JournalRecord[] {
  return Array.from({ length: last - first + 1 }, (_, index) => record(first + index, text));
}

export function sizedRecord(seq: number, bytes: number): JournalRecord {
  return { ...record(seq), data: new Uint8Array(bytes).fill(seq) };
}

/** The append of records to a stream, after the one before the first of them. */
export function appendOf(stream: string, ...records: readonly JournalRecord[]): StreamAppend {
  return { stream, expectedSeq: (records[0]?.seq ?? 1) - 1, records };
}

/** All records of a stream, page by page. */
export async function readAll(journal: Journal, stream: string): Promise<JournalRecord[]> {
  const all: JournalRecord[] = [];
  let nextSeq: number | undefined = 1;
  while (nextSeq !== undefined) {
    const page = await journal.read(stream, nextSeq);
    all.push(...page.records.map(plain));
    nextSeq = page.nextSeq;
  }
  return all;
}

/** A record with nothing but its fields and plain bytes, so that records of any implementation compare. */
export function plain({ seq, type, subject, hlc, data }: JournalRecord): JournalRecord {
  return { seq, type, subject, hlc, data: new Uint8Array(data) };
}

/** Checks that a stream holds exactly these records. */
export async function expectRecords(
  journal: Journal,
  stream: string,
  records: readonly JournalRecord[],
): Promise<void> {
  expect(await readAll(journal, stream)).toEqual(records.map(plain));
}

/** Checks that a call is refused with one error of the catalogue. */
export async function expectRefused(call: Promise<unknown>, name: ErrorName): Promise<void> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown, `refused with ${name}`).toBeInstanceOf(TauError);
  expect((thrown as TauError).data.id).toBe(ERROR_CATALOGUE[name].id);
}

/** A test with a journal of its own, closed after it. */
export function journalTest(name: string, make: MakeJournal, body: (subject: JournalSubject) => Promise<void>): void {
  test(name, async () => {
    const subject = await make();
    try {
      await body(subject);
    } finally {
      await subject.close?.();
    }
  });
}

/** The same with a claim made: most tests write. */
export function writingTest(
  name: string,
  make: MakeJournal,
  body: (journal: Journal, epoch: number) => Promise<void>,
): void {
  journalTest(name, make, async (subject) => {
    await body(subject.journal, await subject.journal.claim('suite'));
  });
}

/** A writing test that ends the journal and opens it again; skipped where nothing outlives it. */
export function reopenTest(
  name: string,
  make: MakeJournal,
  body: (journal: Journal, epoch: number, reopen: () => Promise<Journal>) => Promise<void>,
): void {
  test(name, async ({ skip }) => {
    const subject = await make();
    try {
      if (subject.reopen === undefined) skip('nothing outlives this journal');
      else await body(subject.journal, await subject.journal.claim('suite'), subject.reopen);
    } finally {
      await subject.close?.();
    }
  });
}

export const RECORD_BYTES_MAX = JOURNAL_LIMITS.recordBytesMax;
