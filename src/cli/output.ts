import type { ErrorData } from 'tau-core';
import { failureLine, printable } from 'tau-core/node';
import { type ColourEnvironment, type Colours, coloursFor } from './format/colours.js';
import { type Column, tableLines } from './format/table.js';

/** A stream that may be a terminal. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Width of the terminal, in characters. */
  readonly columns?: number;
}

/** Where a command's output goes. */
export interface OutputStreams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/**
 * What commands print: text for people, or one JSON value on each line for programs. Results go to stdout; hints and
 * errors go to stderr, so that a pipe gets results only.
 */
export class Output {
  readonly json: boolean;
  readonly colours: Colours;
  readonly #streams: OutputStreams;

  constructor(streams: OutputStreams, json: boolean, env: ColourEnvironment) {
    this.#streams = streams;
    this.json = json;
    this.colours = coloursFor(!json && streams.stdout.isTTY === true, env);
  }

  /** A result: as JSON, or as lines of text. */
  print(value: object, ...lines: readonly string[]): void {
    this.#write(this.json ? [JSON.stringify(value)] : lines.map(harmless));
  }

  /** Many results: a JSON value for each, or a table; `empty` says what it means that there are none. */
  table<Row extends object>(columns: readonly Column<Row>[], rows: readonly Row[], empty: string): void {
    if (this.json) {
      for (const row of rows) this.print(row);
    } else if (rows.length === 0) {
      this.hint(empty);
    } else {
      const [titles = '', ...lines] = tableLines(columns, rows, this.#width);
      this.#write([this.colours.dim(titles), ...lines.map(harmless)]);
    }
  }

  /** What helps a person and would disturb a program. */
  hint(text: string): void {
    if (!this.json) this.#streams.stderr.write(`${printable(text)}\n`);
  }

  /** The error that ends the command. */
  error(error: ErrorData): void {
    if (this.json) this.#write([JSON.stringify({ error })]);
    this.#streams.stderr.write(`${failureLine(error)}\n`);
  }

  #write(lines: readonly string[]): void {
    for (const line of lines) this.#streams.stdout.write(`${line}\n`);
  }

  get #width(): number | undefined {
    const { isTTY, columns } = this.#streams.stdout;
    return isTTY === true ? columns : undefined;
  }
}

/** The colours that this command uses, and no other sequence that a terminal obeys. */
const COLOUR = new RegExp(`(${'\u001b'}\\[(?:[012]|22|3[1-9])m)`);

/** One line whose texts, which others wrote, cannot do more than be read. */
function harmless(line: string): string {
  const parts = line.split(COLOUR);
  return parts.map((part, index) => (index % 2 === 1 ? part : printable(part.replaceAll('\n', ' ')))).join('');
}
