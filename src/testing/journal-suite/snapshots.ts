import { describe, expect } from 'vitest';
import type { Journal, Snapshot } from '../../ports/journal.js';
import { appendOf, journalTest, recordRange, reopenTest, writingTest } from './fixtures.js';
import type { MakeJournal } from './journal-subject.js';

function snapshot(seq: number, text: string): Snapshot {
  return { seq, state: new TextEncoder().encode(text) };
}

async function loaded(journal: Journal, stream: string): Promise<string | undefined> {
  const found = await journal.loadSnapshot(stream);
  return found === undefined ? undefined : `${found.seq}: ${new TextDecoder().decode(found.state)}`;
}

export function describeSnapshots(make: MakeJournal): void {
  describe('snapshots', () => {
    journalTest('there is none at first', make, async ({ journal }) => {
      expect(await journal.loadSnapshot('s')).toBeUndefined();
    });

    writingTest('the newest is kept, an older one is ignored', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', ...recordRange(1, 9)), appendOf('t', ...recordRange(1, 9))]);
      await journal.saveSnapshot(epoch, 's', snapshot(3, 'three'));
      expect(await loaded(journal, 's')).toBe('3: three');
      await journal.saveSnapshot(epoch, 's', snapshot(7, 'seven'));
      await journal.saveSnapshot(epoch, 's', snapshot(5, 'five'));
      expect(await loaded(journal, 's')).toBe('7: seven');
      expect(await loaded(journal, 't')).toBeUndefined();
    });

    writingTest('leave the records as they are', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', ...recordRange(1, 4))]);
      await journal.saveSnapshot(epoch, 's', snapshot(4, 'four'));
      expect((await journal.read('s', 1)).records).toHaveLength(4);
      await journal.append(epoch, [appendOf('s', ...recordRange(5, 5))]);
      expect(await journal.list('', 10)).toEqual([{ stream: 's', lastSeq: 5 }]);
    });

    writingTest('may be large, and do not follow a buffer that is used again', make, async (journal, epoch) => {
      await journal.append(epoch, [appendOf('s', ...recordRange(1, 1))]);
      const state = Buffer.alloc(1024 * 1024, 7);
      await journal.saveSnapshot(epoch, 's', { seq: 1, state });
      state.fill(0);
      const found = await journal.loadSnapshot('s');
      expect(found?.state.byteLength).toBe(1024 * 1024);
      expect(found?.state.every((byte) => byte === 7)).toBe(true);
    });

    reopenTest('outlive the journal', make, async (journal, epoch, reopen) => {
      await journal.append(epoch, [appendOf('s', ...recordRange(1, 2))]);
      await journal.saveSnapshot(epoch, 's', snapshot(2, 'two'));
      expect(await loaded(await reopen(), 's')).toBe('2: two');
    });
  });
}
