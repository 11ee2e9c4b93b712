import { describe, expect } from 'vitest';
import { appendOf, expectRecords, expectRefused, journalTest, record, reopenTest, writingTest } from './fixtures.js';
import type { MakeJournal } from './journal-subject.js';

export function describeClaims(make: MakeJournal): void {
  describe('claim', () => {
    journalTest('epochs start at 1 and grow, also for the same writer', make, async ({ journal }) => {
      const first = await journal.claim('kernel-a');
      const second = await journal.claim('kernel-b');
      const third = await journal.claim('kernel-b');
      expect(first).toBeGreaterThanOrEqual(1);
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
    });

    journalTest('without a claim nobody writes', make, async ({ journal }) => {
      await expectRefused(journal.append(1, [appendOf('s', record(1))]), 'JOURNAL_FENCED');
      await expectRefused(journal.saveSnapshot(1, 's', { seq: 1, state: new Uint8Array(1) }), 'JOURNAL_FENCED');
      await expectRecords(journal, 's', []);
    });

    writingTest('guarantee 4: an earlier epoch appends nothing more', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1))]);
      const newer = await journal.claim('newer');
      await expectRefused(journal.append(epoch, [appendOf('s', record(2))]), 'JOURNAL_FENCED');
      await expectRefused(journal.append(epoch, [appendOf('s', record(9))]), 'JOURNAL_FENCED');
      await expectRefused(journal.append(epoch, []), 'JOURNAL_FENCED');
      await journal.append(newer, [appendOf('s', record(2, 'of the newer'))]);
      await expectRecords(journal, 's', [record(1), record(2, 'of the newer')]);
    });

    writingTest('guarantee 4: not even a batch that it had stored', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1))]);
      const newer = await journal.claim('newer');
      await expectRefused(journal.append(epoch, [appendOf('s', record(1))]), 'JOURNAL_FENCED');
      await journal.append(newer, [appendOf('s', record(1))]);
      await expectRecords(journal, 's', [record(1)]);
    });

    writingTest('guarantee 4: an earlier epoch saves no snapshot', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', record(1))]);
      await journal.claim('newer');
      await expectRefused(journal.saveSnapshot(epoch, 's', { seq: 1, state: new Uint8Array(1) }), 'JOURNAL_FENCED');
      expect(await journal.loadSnapshot('s')).toBeUndefined();
    });

    writingTest('guarantees 4 and 5: the claim itself is the border', make, async (journal, epoch) => {
      const before = journal.append(epoch, [appendOf('s', record(1))]);
      const claim = journal.claim('newer');
      const after = expectRefused(journal.append(epoch, [appendOf('s', record(2))]), 'JOURNAL_FENCED');
      await Promise.all([before, claim, after]);
      await expectRecords(journal, 's', [record(1)]);
    });

    reopenTest('claims outlive the journal that gave them', make, async (journal, epoch, reopen) => {
      const newer = await journal.claim('newer');
      const reopened = await reopen();
      await expectRefused(reopened.append(epoch, [appendOf('s', record(1))]), 'JOURNAL_FENCED');
      await reopened.append(newer, [appendOf('s', record(1))]);
      expect(await reopened.claim('newest')).toBeGreaterThan(newer);
    });
  });
}
