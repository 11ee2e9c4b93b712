import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const FOLDER = new URL('../transcripts/', import.meta.url);

/**
 * What went in and what came out, as text. `> ` begins an input, `+ ` a passage of time; what comes out is indented.
 * Compared with the file of its name; `TAU_UPDATE_TRANSCRIPTS=1` writes the file.
 */
export class Transcript {
  readonly #name: string;
  readonly #lines: string[] = [];

  constructor(name: string, title: string) {
    this.#name = name;
    this.#lines.push(`# ${title}`, '');
  }

  note(text: string): void {
    this.#lines.push('', `## ${text}`);
  }

  input(text: string): void {
    this.#lines.push(`> ${text}`);
  }

  time(text: string): void {
    this.#lines.push(`+ ${text}`);
  }

  out(text: string): void {
    this.#lines.push(`    ${text}`);
  }

  compare(): void {
    const file = new URL(`${this.#name}.txt`, FOLDER);
    const text = `${this.#lines.join('\n')}\n`;
    if (process.env['TAU_UPDATE_TRANSCRIPTS'] === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  }
}
