import type { JournalRecord, StreamAppend } from 'tau-core';

/**
 * What the committed database files of every schema version hold (`fixtures/journal-v<n>.db`). A new version gets a
 * file of its own: `TAU_WRITE_GOLDEN=1 npm test` writes the one that is missing. Files that are there never change.
 */
export const GOLDEN_APPENDS: readonly StreamAppend[] = [
  {
    stream: 'github/octo/shop',
    expectedSeq: 0,
    records: [
      goldenRecord(1, 'event.accepted', '', '{"type":"github.issues.opened","title":"Grüße, 世界 🌍"}'),
      goldenRecord(2, 'run.started', 'run-1', '{"definition":".tau/workflows/triage.yml"}'),
      goldenRecord(3, 'run.ended', 'run-1', ''),
    ],
  },
  { stream: 'local', expectedSeq: 0, records: [goldenRecord(1, 'session.created', '', 'x'.repeat(20_000))] },
];

export const GOLDEN_SNAPSHOT = { stream: 'github/octo/shop', seq: 3, state: Buffer.from('{"runs":1}') };

/** The claims made before the file was closed. */
export const GOLDEN_EPOCH = 2;

function goldenRecord(seq: number, type: string, subject: string, text: string): JournalRecord {
  return { seq, type, subject, hlc: `0mk2v7d1k.${String(seq).padStart(4, '0')}`, data: Buffer.from(text) };
}
