import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the worker notes each call that it gets, and each effect that it has; one JSON object a line. */
export const CALLS_FILE = 'calls.jsonl';
export const EFFECTS_FILE = 'effects.jsonl';

export interface Noted {
  readonly key?: string;
  readonly name?: string;
  readonly redelivered?: boolean;
  readonly sha256?: string;
}

export function noted(folder: string, file: typeof CALLS_FILE | typeof EFFECTS_FILE): readonly Noted[] {
  const path = join(folder, file);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Noted);
}
