import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tauError } from 'tau-core';

/** More than this in one of the files is a mistake, as it is at GitHub. */
const FILE_BYTES_MAX = 1024 * 1024;

/** The files by which a script says what it gives, named in its environment as GitHub's runner names them. */
const FILES = {
  outputs: 'GITHUB_OUTPUT',
  env: 'GITHUB_ENV',
  path: 'GITHUB_PATH',
  summary: 'GITHUB_STEP_SUMMARY',
} as const;

/** What a script wrote into its command files. */
export interface Commands {
  readonly outputs: { readonly [name: string]: string };
  readonly env: { readonly [name: string]: string };
  readonly path: readonly string[];
  readonly summary: string;
}

/** Files in a folder of their own, for one script. */
export class CommandFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(script: string): Promise<CommandFiles> {
    const files = new CommandFiles(await mkdtemp(join(tmpdir(), 'tau-shell-')));
    await Promise.all(Object.values(FILES).map((name) => writeFile(files.#pathOf(name), '')));
    await writeFile(files.script, script);
    return files;
  }

  get script(): string {
    return join(this.#folder, 'script');
  }

  /** Variables that tell a script where its files are. */
  variables(): { readonly [name: string]: string } {
    return Object.fromEntries(Object.values(FILES).map((name) => [name, this.#pathOf(name)]));
  }

  /** @throws TauError STEP_FAILED when a file is too large, or has a line that says nothing. */
  async read(): Promise<Commands> {
    const [outputs, env, path, summary] = await Promise.all(
      [FILES.outputs, FILES.env, FILES.path, FILES.summary].map((name) => this.#read(name)),
    );
    return {
      outputs: namedValues(FILES.outputs, outputs ?? ''),
      env: namedValues(FILES.env, env ?? ''),
      path: linesOf(path ?? '').filter((line) => line !== ''),
      summary: summary ?? '',
    };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #read(name: string): Promise<string> {
    const text = await readFile(this.#pathOf(name), 'utf8').catch(() => '');
    if (text.length <= FILE_BYTES_MAX) return text;
    throw tauError('STEP_FAILED', `the script wrote more than ${FILE_BYTES_MAX} bytes to ${name}`);
  }

  #pathOf(name: string): string {
    return join(this.#folder, name.toLowerCase());
  }
}

/**
 * Reads `name=value` lines and `name<<DELIMITER` blocks.
 *
 * @throws TauError STEP_FAILED naming the line.
 */
export function namedValues(file: string, text: string): { readonly [name: string]: string } {
  const values: { [name: string]: string } = Object.create(null) as { [name: string]: string };
  const lines = linesOf(text);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [, name = '', mark = '', rest = ''] = /^([^=<]+?)(=|<<)([\s\S]*)$/.exec(line) ?? [];
    if (name === '')
      throw tauError('STEP_FAILED', `line ${at + 1} of ${file} is no "name=value": ${line.slice(0, 80)}`);
    if (mark === '=') values[name] = rest;
    else {
      const end = lines.indexOf(rest, at + 1);
      if (end < 0) throw tauError('STEP_FAILED', `line ${at + 1} of ${file} opens "${rest}", which no line closes`);
      values[name] = lines.slice(at + 1, end).join('\n');
      at = end;
    }
  }
  return { ...values };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
