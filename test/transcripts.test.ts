import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayTranscript } from './support/transcript.js';

/** `UPDATE_TRANSCRIPTS=1` writes what comes of the inputs now; read the difference before you keep it. */
const UPDATE = process.env.UPDATE_TRANSCRIPTS === '1';
const FOLDER = join(import.meta.dirname, 'transcripts');

describe('the workflow machine answers as its transcripts say', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  test('there are transcripts', () => {
    expect(names.length).toBeGreaterThan(10);
  });

  test.each(names)('%s', (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const replayed = replayTranscript(text);
    if (UPDATE) writeFileSync(path, replayed);
    expect(replayed).toBe(UPDATE ? replayed : text);
  });
});
