import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GOLDEN_APPENDS, GOLDEN_EPOCH, GOLDEN_SNAPSHOT } from '../../test/golden-journal.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { openSqliteJournal } from './open-journal.js';
import { SCHEMA_VERSION } from './schema.js';

const fixture = (version: number): string => join(import.meta.dirname, '../../test/fixtures', `journal-v${version}.db`);

/** Writes the file of the current version where it is missing; a file that is there never changes. */
async function writeMissing(): Promise<void> {
  if (existsSync(fixture(SCHEMA_VERSION))) return;
  const journal = await openSqliteJournal({ folder: temporaryFolder() });
  let epoch = 0;
  while (epoch < GOLDEN_EPOCH) epoch = await journal.claim('golden');
  await journal.append(epoch, GOLDEN_APPENDS);
  const { stream, ...snapshot } = GOLDEN_SNAPSHOT;
  await journal.saveSnapshot(epoch, stream, snapshot);
  journal.close();
  copyFileSync(journal.path, fixture(SCHEMA_VERSION));
}

describe('databases of every released version', () => {
  test.each(Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1))('version %i is read', async (version) => {
    if (process.env['TAU_WRITE_GOLDEN'] === '1') await writeMissing();
    const folder = temporaryFolder();
    copyFileSync(fixture(version), join(folder, 'journal.db'));
    const journal = await openSqliteJournal({ folder });
    for (const { stream, records } of GOLDEN_APPENDS) {
      const page = await journal.read(stream, 1);
      expect(page.records.map((record) => ({ ...record, data: Buffer.from(record.data) }))).toEqual(records);
    }
    const snapshot = await journal.loadSnapshot(GOLDEN_SNAPSHOT.stream);
    expect(Buffer.from(snapshot?.state ?? [])).toEqual(GOLDEN_SNAPSHOT.state);
    expect(await journal.claim('test')).toBe(GOLDEN_EPOCH + 1);
    journal.close();
  });
});
