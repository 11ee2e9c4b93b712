import { TauError, tauError } from 'tau-core';

/** SQLite's primary result codes that mean something of their own to a journal. */
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** The primary result code of an error that `node:sqlite` threw; undefined for any other value. */
function resultCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return undefined;
  return thrown.errcode & 0xff;
}

/** Whether another process holds the database. */
export function isBusy(thrown: unknown): boolean {
  return resultCode(thrown) === BUSY;
}

/**
 * What a failure of the database means to a caller of the journal: JOURNAL_CORRUPT for a damaged file, else
 * JOURNAL_FAILED, whose outcome is unknown: a commit that failed half way may be found complete after a crash.
 */
export function sqliteFailure(thrown: unknown, path: string): TauError {
  if (thrown instanceof TauError) return thrown;
  const code = resultCode(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (code === CORRUPT || code === NOT_A_DATABASE) {
    return tauError('JOURNAL_CORRUPT', `${path} is damaged (${message}): restore it from a backup`);
  }
  const advice = code === FULL ? 'free disk space, then repeat' : 'check the disk, then repeat';
  return tauError('JOURNAL_FAILED', `${path} could not be written or read (${message}): ${advice}`);
}
