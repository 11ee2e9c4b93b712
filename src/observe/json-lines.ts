import type { ObservedEvent, RunObserver } from './observer.js';

export interface JsonLinesOptions {
  /** Is given one line at a time, its line break included. */
  readonly write: (line: string) => void;
  /** Default 65,536. Events whose line would be longer lose what makes them long. */
  readonly charsMax?: number;
}

/** What says which event of whom it is stays whole. */
const KEPT: ReadonlySet<string> = new Set([
  'type',
  'runId',
  'sessionId',
  'timeMs',
  'at',
  'callId',
  'capability',
  'lockId',
]);

/** Shorter members are not what makes a line long. */
const CUT_FROM_CHARS = 100;

/** Writes each event as one line of JSON, for files and for other programs to read (NDJSON). */
export function jsonLines({ write, charsMax = 65_536 }: JsonLinesOptions): RunObserver {
  return {
    observe: (event) => {
      const line = JSON.stringify(event);
      write(`${line.length <= charsMax ? line : JSON.stringify(shortened(event))}\n`);
    },
  };
}

/** Of what is long the line has the number of characters, e.g. `"output": { "cutChars": 120000 }`. */
function shortened(event: ObservedEvent): object {
  const members = Object.entries(event).map(([name, value]: readonly [string, unknown]) => {
    const chars = KEPT.has(name) ? 0 : (JSON.stringify(value)?.length ?? 0);
    if (chars < CUT_FROM_CHARS) return [name, value];
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? { kind: value.kind } : {};
    return [name, { ...kind, cutChars: chars }];
  });
  return Object.fromEntries(members) as object;
}
