import type { Diagnostic } from 'tau-core';

/** A place in the source. Line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From the first character to just behind the last. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** More would help nobody: what is behind them usually follows from the first ones. */
export const DIAGNOSTICS_MAX = 100;

/** A message names what is wrong; where that is a book, its beginning has to do. */
export const FINDING_CHARS_MAX = 1_000;

const START: Position = { line: 1, column: 1 };

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

function shown(message: string): string {
  return message.length > FINDING_CHARS_MAX ? `${message.slice(0, FINDING_CHARS_MAX - 3)}...` : message;
}

/** Collects what is wrong with one source, and gives it in the order of the text, each thing once. */
export class Findings {
  readonly #file: string;
  readonly #own: Diagnostic[] = [];
  readonly #parsers: Diagnostic[] = [];
  readonly #covered: Range[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** Something that TAU found. Without a position it concerns the whole source. */
  add(position: Position | undefined, message: string): void {
    const { line, column } = position ?? START;
    this.#own.push({ file: this.#file, line, column, message: shown(message) });
  }

  /** Something that GitHub's parser found. It is left out where `cover` says that TAU's own findings say it better. */
  addParsers(position: Position | undefined, message: string): void {
    const { line, column } = position ?? START;
    this.#parsers.push({ file: this.#file, line, column, message: shown(message) });
  }

  /** TAU's own findings speak for this range. */
  cover(range: Range | undefined): void {
    if (range !== undefined) this.#covered.push(range);
  }

  /** Sorted by position; at most `DIAGNOSTICS_MAX`. */
  list(): readonly Diagnostic[] {
    const isCovered = (found: Diagnostic): boolean =>
      this.#covered.some(({ start, end }) => !isBefore(found, start) && isBefore(found, end));
    const all = [...this.#own, ...this.#parsers.filter((found) => !isCovered(found))];
    const seen = new Set<string>();
    return all
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .filter(({ line, column, message }) => {
        const key = `${line}:${column}:${message}`;
        if (seen.has(key)) return false;
        seen.add(key);
        return true;
      })
      .slice(0, DIAGNOSTICS_MAX);
  }
}
