import { describe, expect } from 'vitest';
import { JOURNAL_LIMITS, type Journal, type ReadOptions } from '../../ports/journal.js';
import { appendOf, journalTest, record, recordRange, sizedRecord, writingTest } from './fixtures.js';
import type { MakeJournal } from './journal-subject.js';

export function describePages(make: MakeJournal): void {
  describe('read', () => {
    describeBounds(make);
    describeFilters(make);
  });
  describe('list', () => describeStreams(make));
}

async function seqsOf(journal: Journal, fromSeq: number, options?: ReadOptions): Promise<number[]> {
  return (await journal.read('s', fromSeq, options)).records.map(({ seq }) => seq);
}

/** The record numbers of every page, until a page says that it is the last. */
async function pagesOf(journal: Journal, options: ReadOptions): Promise<number[][]> {
  const pages: number[][] = [];
  let fromSeq: number | undefined = 1;
  while (fromSeq !== undefined) {
    const page = await journal.read('s', fromSeq, options);
    pages.push(page.records.map(({ seq }) => seq));
    expect(page.nextSeq ?? Number.POSITIVE_INFINITY, 'pages go forward').toBeGreaterThan(fromSeq);
    fromSeq = page.nextSeq;
  }
  return pages;
}

function describeBounds(make: MakeJournal): void {
  journalTest('a stream that is not there reads as empty', make, async ({ journal }) => {
    expect(await journal.read('s', 1)).toEqual({ records: [], nextSeq: undefined });
  });

  writingTest(
    'starts at a record, at the first for 0, and past the end gives nothing',
    make,
    async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', ...recordRange(1, 3))]);
      expect(await seqsOf(journal, 0)).toEqual([1, 2, 3]);
      expect(await seqsOf(journal, 2)).toEqual([2, 3]);
      expect(await journal.read('s', 4)).toEqual({ records: [], nextSeq: undefined });
      expect(await journal.read('s', 400)).toEqual({ records: [], nextSeq: undefined });
    },
  );

  writingTest('guarantee 6: pages are bounded by records', make, async (journal, epoch) => {
    await journal.append(epoch, [appendOf('s', ...recordRange(1, 6))]);
    expect(await pagesOf(journal, { recordsMax: 4 })).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
    expect(await pagesOf(journal, { recordsMax: 3 })).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(await pagesOf(journal, { recordsMax: 1 })).toEqual([[1], [2], [3], [4], [5], [6]]);
  });

  writingTest('guarantee 6: pages are bounded by bytes, and hold at least one record', make, async (journal, epoch) => {
    const sizes = [100, 100, 5_000, 100, 100, 100];
    await journal.append(epoch, [appendOf('s', ...sizes.map((bytes, index) => sizedRecord(index + 1, bytes)))]);
    const pages = await pagesOf(journal, { bytesMax: 1_000 });
    expect(pages.flat()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(pages).toContainEqual([3]);
    expect(pages.every((page) => page.length > 0)).toBe(true);
    expect((await pagesOf(journal, { bytesMax: 1 })).every((page) => page.length === 1)).toBe(true);
  });

  writingTest('guarantee 6: no page exceeds the named limits, whatever is asked', make, async (journal, epoch) => {
    const { pageBytesMax, pageRecordsMax } = JOURNAL_LIMITS;
    await journal.append(epoch, [appendOf('s', ...recordRange(1, pageRecordsMax + 1, 'x'))]);
    const byRecords = await journal.read('s', 1, { recordsMax: pageRecordsMax * 2 });
    expect(byRecords.records.length).toBeLessThanOrEqual(pageRecordsMax);
    expect(byRecords.nextSeq).toBe(byRecords.records.length + 1);

    const large = [1, 2].map((seq) => sizedRecord(seq, pageBytesMax / 2 + 1));
    await journal.append(epoch, [appendOf('large', ...large)]);
    for (const options of [undefined, { bytesMax: pageBytesMax * 2 }]) {
      const byBytes = await journal.read('large', 1, options);
      expect(byBytes.records.map(({ seq }) => seq)).toEqual([1]);
      expect(byBytes.nextSeq).toBe(2);
    }
  });

  writingTest('what a reader changes in a page changes nothing that is stored', make, async (journal, epoch) => {
    await journal.append(epoch, [appendOf('s', record(1, 'kept'))]);
    (await journal.read('s', 1)).records[0]?.data.fill(0);
    expect(Buffer.from((await journal.read('s', 1)).records[0]?.data ?? []).toString()).toBe('kept');
  });
}

function describeFilters(make: MakeJournal): void {
  writingTest('stops at toSeq', make, async (journal, epoch) => {
    await journal.append(epoch, [appendOf('s', ...recordRange(1, 6))]);
    expect(await journal.read('s', 2, { toSeq: 4 })).toMatchObject({ nextSeq: undefined });
    expect(await seqsOf(journal, 2, { toSeq: 4 })).toEqual([2, 3, 4]);
    expect(await pagesOf(journal, { toSeq: 4, recordsMax: 2 })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await seqsOf(journal, 5, { toSeq: 4 })).toEqual([]);
    expect(await seqsOf(journal, 5, { toSeq: 99 })).toEqual([5, 6]);
  });

  writingTest('gives one subject only, in order, over others between', make, async (journal, epoch) => {
    const subjects = ['a', 'b', 'b', 'b', 'a', 'ab', '', 'a', 'b'];
    await journal.append(epoch, [appendOf('s', ...subjects.map((subject, index) => record(index + 1, 'x', subject)))]);
    expect((await pagesOf(journal, { subject: 'a' })).flat()).toEqual([1, 5, 8]);
    expect((await pagesOf(journal, { subject: 'a', recordsMax: 1 })).flat()).toEqual([1, 5, 8]);
    expect((await pagesOf(journal, { subject: 'a', toSeq: 7 })).flat()).toEqual([1, 5]);
    expect((await pagesOf(journal, { subject: 'ab' })).flat()).toEqual([6]);
    expect((await pagesOf(journal, { subject: 'none' })).flat()).toEqual([]);
  });

  writingTest(
    'guarantee 6: a page of a rare subject holds a record when there is one',
    make,
    async (journal, epoch) => {
      const common = recordRange(1, 2_000, 'common');
      await journal.append(epoch, [appendOf('s', ...common, record(2_001, 'rare', 'rare'))]);
      expect(await seqsOf(journal, 1, { subject: 'rare', recordsMax: 1, bytesMax: 1 })).toEqual([2_001]);
    },
  );

  writingTest('streams are apart from each other', make, async (journal, epoch) => {
    await journal.append(epoch, [appendOf('s', record(1, 'of s', 'run')), appendOf('t', record(1, 'of t', 'run'))]);
    const page = await journal.read('t', 1, { subject: 'run' });
    expect(page.records.map(({ type }) => type)).toEqual([record(1, 'of t').type]);
    expect(page.records).toHaveLength(1);
  });
}

function describeStreams(make: MakeJournal): void {
  journalTest('an empty journal has no streams', make, async ({ journal }) => {
    expect(await journal.list('', 10)).toEqual([]);
  });

  writingTest('names them in order of code units, with their last numbers', make, async (journal, epoch) => {
    const names = ['a', 'B', 'a/b', 'a-b', 'github/octo/shop', '_', '~tau', '10', '9'];
    await journal.append(
      epoch,
      names.map((name) => appendOf(name, ...recordRange(1, name.length))),
    );
    const sorted = [...names].sort();
    expect(await journal.list('', 100)).toEqual(sorted.map((stream) => ({ stream, lastSeq: stream.length })));
    expect((await journal.list('a', 100)).map(({ stream }) => stream)).toEqual(sorted.filter((name) => name > 'a'));
    expect((await journal.list('a!', 2)).map(({ stream }) => stream)).toEqual(['a-b', 'a/b']);
  });

  writingTest('gives a bounded page of many streams', make, async (journal, epoch) => {
    const count = JOURNAL_LIMITS.streamsPageMax + 5;
    const names = Array.from({ length: count }, (_, index) => `session-${String(index).padStart(5, '0')}`);
    await journal.append(
      epoch,
      names.map((name) => appendOf(name, record(1))),
    );
    const first = await journal.list('', count);
    expect(first).toHaveLength(JOURNAL_LIMITS.streamsPageMax);
    const rest = await journal.list(first.at(-1)?.stream ?? '', count);
    expect([...first, ...rest].map(({ stream }) => stream)).toEqual(names);
  });
}
