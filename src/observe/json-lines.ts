import type { ObservedEvent, RunObserver } from './observer.js';

export interface JsonLinesOptions {
  /** Is given one line at a time, its line break included. */
  readonly write: (line: string) => void;
  /** Default 65,536. Events whose line would be longer lose what makes them long. */
  readonly charsMax?: number;
}

/** What can make an event long: of these, the line then has the number of characters, e.g. `"output": { "cutChars": 120000 }`. */
const LONG_MEMBERS = ['output', 'outcome', 'error'] as const;

/** Writes each event as one line of JSON, for files and for other programs to read (NDJSON). */
export function jsonLines({ write, charsMax = 65_536 }: JsonLinesOptions): RunObserver {
  return {
    observe: (event) => {
      const line = JSON.stringify(event);
      write(`${line.length <= charsMax ? line : JSON.stringify(shortened(event))}\n`);
    },
  };
}

function shortened(event: ObservedEvent): object {
  const short: { [member: string]: unknown } = { ...event };
  for (const member of LONG_MEMBERS) {
    const value = short[member];
    if (typeof value !== 'object' && typeof value !== 'string') continue;
    const kind = typeof value === 'object' && value !== null && 'kind' in value ? { kind: value.kind } : {};
    short[member] = { ...kind, cutChars: JSON.stringify(value).length };
  }
  return short;
}
