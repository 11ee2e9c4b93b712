import { describe, expect } from 'vitest';
import {
  appendOf,
  expectRecords,
  expectRefused,
  RECORD_BYTES_MAX,
  record,
  reopenTest,
  sizedRecord,
  writingTest,
} from './fixtures.js';
import type { MakeJournal } from './journal-subject.js';

export function describeWriting(make: MakeJournal): void {
  describe('append', () => {
    describeStored(make);
    describeRefused(make);
    describeRepeated(make);
    describeOrder(make);
  });
}

function describeStored(make: MakeJournal): void {
  writingTest('guarantee 1: what it resolved for is there, every field and byte', make, async (journal, epoch) => {
    const bytes = {
      ...record(1, 'Grüße, 世界 🌍', 'run-1'),
      data: Uint8Array.from({ length: 256 }, (_, index) => index),
    };
    const empty = { ...record(2), type: '', hlc: '', data: new Uint8Array(0) };
    await journal.append(epoch, [appendOf('s', bytes, empty)]);
    await expectRecords(journal, 's', [bytes, empty]);
  });

  reopenTest('guarantee 1: it is there after the journal was opened again', make, async (journal, epoch, reopen) => {
    await journal.append(epoch, [appendOf('s', record(1), record(2)), appendOf('t', record(1))]);
    const reopened = await reopen();
    await expectRecords(reopened, 's', [record(1), record(2)]);
    await expectRecords(reopened, 't', [record(1)]);
    await reopened.append(epoch, [appendOf('s', record(3))]);
    await expectRecords(reopened, 's', [record(1), record(2), record(3)]);
  });

  writingTest('a batch may hold many streams, and one stream several times', make, async (journal, epoch) => {
    await journal.append(epoch, [
      appendOf('s', record(1)),
      appendOf('t', record(1)),
      appendOf('s', record(2), record(3)),
    ]);
    await expectRecords(journal, 's', [record(1), record(2), record(3)]);
    await expectRecords(journal, 't', [record(1)]);
  });

  writingTest('a batch without records is no change', make, async (journal, epoch) => {
    await journal.append(epoch, []);
    expect(await journal.list('', 10)).toEqual([]);
  });

  writingTest('a record may have the largest size', make, async (journal, epoch) => {
    const largest = sizedRecord(1, RECORD_BYTES_MAX);
    await journal.append(epoch, [appendOf('s', largest)]);
    await expectRecords(journal, 's', [largest]);
  });

  writingTest('what is stored does not follow a buffer that the caller uses again', make, async (journal, epoch) => {
    const data = Buffer.from('first');
    await journal.append(epoch, [appendOf('s', { ...record(1), data })]);
    data.fill('x');
    const page = await journal.read('s', 1);
    expect(Buffer.from(page.records[0]?.data ?? []).toString()).toBe('first');
  });
}

function describeRefused(make: MakeJournal): void {
  const conflicts = {
    'a hole before it': appendOf('s', record(4)),
    'other records at its place': appendOf('s', record(2, 'another')),
    'only a part of it stored': appendOf('s', record(2), record(3)),
    'a hole within it': { stream: 's', expectedSeq: 2, records: [record(3), record(5)] },
    'a first record that does not follow': { stream: 's', expectedSeq: 2, records: [record(4)] },
  };
  for (const [name, append] of Object.entries(conflicts)) {
    writingTest(`guarantee 2: JOURNAL_CONFLICT for ${name}, and nothing is stored`, make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1), record(2))]);
      await expectRefused(journal.append(epoch, [appendOf('t', record(1)), append]), 'JOURNAL_CONFLICT');
      await expectRefused(journal.append(epoch, [append, appendOf('t', record(1))]), 'JOURNAL_CONFLICT');
      await expectRecords(journal, 's', [record(1), record(2)]);
      await expectRecords(journal, 't', []);
    });
  }

  writingTest(
    'guarantee 2: LIMIT_EXCEEDED for a record too large, and nothing is stored',
    make,
    async (journal, epoch) => {
      const tooLarge = sizedRecord(2, RECORD_BYTES_MAX + 1);
      const batch = [appendOf('t', record(1)), appendOf('s', record(1), tooLarge)];
      await expectRefused(journal.append(epoch, batch), 'LIMIT_EXCEEDED');
      await expectRecords(journal, 's', []);
      await expectRecords(journal, 't', []);
    },
  );

  writingTest('after a refusal the journal takes what is right', make, async (journal, epoch) => {
    await expectRefused(journal.append(epoch, [appendOf('s', record(2))]), 'JOURNAL_CONFLICT');
    await journal.append(epoch, [appendOf('s', record(1))]);
    await expectRecords(journal, 's', [record(1)]);
  });
}

function describeRepeated(make: MakeJournal): void {
  writingTest('guarantee 3: a repeated batch is answered, and stored once', make, async (journal, epoch) => {
    const batch = [appendOf('s', record(1), record(2)), appendOf('t', record(1)), appendOf('s', record(3))];
    await journal.append(epoch, batch);
    await journal.append(epoch, batch);
    await expectRecords(journal, 's', [record(1), record(2), record(3)]);
    await expectRecords(journal, 't', [record(1)]);
  });

  writingTest('guarantee 3: also after others have followed, and in one go', make, async (journal, epoch) => {
    const first = [appendOf('s', record(1))];
    await Promise.all([journal.append(epoch, first), journal.append(epoch, first)]);
    await journal.append(epoch, [appendOf('s', record(2)), appendOf('t', record(1))]);
    await journal.append(epoch, first);
    await expectRecords(journal, 's', [record(1), record(2)]);
  });

  reopenTest('guarantee 3: also after the journal was opened again', make, async (journal, epoch, reopen) => {
    await journal.append(epoch, [appendOf('s', record(1))]);
    const reopened = await reopen();
    await reopened.append(epoch, [appendOf('s', record(1))]);
    await expectRecords(reopened, 's', [record(1)]);
  });

  writingTest(
    'guarantee 3: a batch that is half stored and half new is no repeated one',
    make,
    async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1))]);
      const half = [appendOf('s', record(1)), appendOf('t', record(1))];
      await expectRefused(journal.append(epoch, half), 'JOURNAL_CONFLICT');
      await expectRecords(journal, 't', []);
    },
  );

  const others = { type: 'other', subject: 'other', hlc: 'other', data: record(2).data };
  for (const [field, value] of Object.entries(others)) {
    writingTest(`guarantee 3: another ${field} makes another record`, make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1))]);
      const other = { ...record(1), [field]: value };
      await expectRefused(journal.append(epoch, [appendOf('s', other)]), 'JOURNAL_CONFLICT');
      await expectRecords(journal, 's', [record(1)]);
    });
  }
}

function describeOrder(make: MakeJournal): void {
  writingTest('guarantee 5: calls take effect in the order in which they were made', make, async (journal, epoch) => {
    const appends = Array.from({ length: 100 }, (_, index) =>
      journal.append(epoch, [appendOf('s', record(index + 1))]),
    );
    const page = journal.read('s', 1);
    const streams = journal.list('', 10);
    const late = journal.append(epoch, [appendOf('s', record(101))]);
    expect((await page).records).toHaveLength(100);
    expect(await streams).toEqual([{ stream: 's', lastSeq: 100 }]);
    await Promise.all([...appends, late]);
  });

  writingTest('guarantee 5: a refused call does not take its neighbours with it', make, async (journal, epoch) => {
    const before = journal.append(epoch, [appendOf('s', record(1))]);
    const refused = expectRefused(journal.append(epoch, [appendOf('s', record(5))]), 'JOURNAL_CONFLICT');
    const after = journal.append(epoch, [appendOf('s', record(2))]);
    await Promise.all([before, refused, after]);
    await expectRecords(journal, 's', [record(1), record(2)]);
  });
}
