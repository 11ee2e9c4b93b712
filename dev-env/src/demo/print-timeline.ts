import { paint } from './colours.ts';
import type { Entry } from './timeline.ts';

const TEXT_WIDTH = 78;
const TONES = { plain: 'reset', good: 'green', bad: 'red' } as const;
const KINDS = { event: 'cyan', run: 'magenta', step: 'blue' } as const;

/** The heading of the timeline's columns. */
export function timelineHeading(): string {
  return paint('dim', `${'time'.padStart(8)}  issue  ${'what'.padEnd(6)}  ${''.padEnd(TEXT_WIDTH)}  latency`);
}

/** One line: seconds since the start, the issue, what kind of thing, what, and how long it took. */
export function timelineLine(entry: Entry, startMs: number): string {
  const seconds = `${((entry.atMs - startMs) / 1000).toFixed(3)} s`.padStart(8);
  const short = entry.text.length > TEXT_WIDTH ? `${entry.text.slice(0, TEXT_WIDTH - 1)}…` : entry.text;
  const latency = entry.latencyMs === undefined ? '' : `${entry.latencyMs} ms`.padStart(7);
  return [
    paint('dim', seconds),
    entry.issue.padEnd(5),
    paint(KINDS[entry.kind], entry.kind.padEnd(6)),
    paint(TONES[entry.tone], short.padEnd(latency === '' ? 0 : TEXT_WIDTH)),
    latency,
  ]
    .join('  ')
    .trimEnd();
}

/** Lines of streams that come side by side are held back so long, so that they are printed in order. */
const HOLD_MS = 250;

/** Prints entries in the order of their times, as far as they come within a quarter of a second. */
export class TimelinePrinter {
  readonly #print: (line: string) => void;
  #held: Entry[] = [];
  #startMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(print: (line: string) => void) {
    this.#print = print;
  }

  take(entry: Entry): void {
    this.#held.push(entry);
    this.#timer ??= setTimeout(() => this.#flush(Date.now() - HOLD_MS), HOLD_MS);
  }

  /** Prints what is held back. */
  end(): void {
    clearTimeout(this.#timer);
    this.#flush(Number.POSITIVE_INFINITY);
  }

  #flush(untilMs: number): void {
    this.#timer = undefined;
    const due = this.#held.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
    this.#held = this.#held.filter(({ atMs }) => atMs > untilMs);
    for (const entry of due) {
      this.#startMs ??= entry.atMs;
      this.#print(timelineLine(entry, this.#startMs));
    }
    if (this.#held.length > 0) this.#timer = setTimeout(() => this.#flush(Date.now() - HOLD_MS), HOLD_MS / 5);
  }
}
