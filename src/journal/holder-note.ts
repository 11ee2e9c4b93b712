import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NOTE_FILE = 'journal.pid';

/**
 * Says in the data folder which process holds it, for the message that a second one prints. It is not the lock: that
 * is SQLite's own on the database file, which the operating system drops when the process ends, however it ends.
 */
export function writeHolderNote(folder: string): void {
  writeFileSync(join(folder, NOTE_FILE), `${process.pid}\n`);
}

/** The process that wrote the note last; undefined when there is no readable one. */
export function readHolderNote(folder: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(folder, NOTE_FILE), 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function removeHolderNote(folder: string): void {
  rmSync(join(folder, NOTE_FILE), { force: true });
}
