import { accessSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { tauError } from 'tau-core';

/**
 * Makes the folder, for its owner only, and sees to it that its name survives a power failure too: SQLite syncs only what is
 * in it.
 *
 * @throws TauError JOURNAL_FAILED where nothing can be written, naming what is in the way.
 */
export function makeDataFolder(folder: string): void {
  checkWritable(folder);
  const firstMade = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (firstMade === undefined) return;
  const parent = openSync(dirname(firstMade), 'r');
  try {
    fsyncSync(parent);
  } finally {
    closeSync(parent);
  }
}

const REASONS: { readonly [code: string]: string } = {
  EACCES: 'may not be written by this user',
  EROFS: 'is on a disk that is read-only',
};

/** SQLite and `mkdir` say of such a folder only that a file could not be opened. */
function checkWritable(folder: string): void {
  const present = firstPresent(folder);
  const refuse = (why: string): never => {
    const message = `the journal cannot be kept in ${folder}: ${present} ${why}; choose another folder with --data`;
    throw tauError('JOURNAL_FAILED', message);
  };
  if (!statSync(present).isDirectory()) refuse('is no folder');
  try {
    accessSync(present, constants.W_OK);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    refuse(REASONS[code] ?? `cannot be written (${String(thrown)})`);
  }
}

/** The folder itself, or the nearest around it that is there. */
function firstPresent(folder: string): string {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  return at;
}
