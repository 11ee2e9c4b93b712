import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TESTED } from '../scripts/libraries.ts';

/** A Markdown document of the umbrella or of a library. */
export interface Document {
  /** Relative to the umbrella's root. */
  readonly path: string;
  /** The folder whose package resolves its imports: a library, or the harness for documents of the umbrella. */
  readonly home: (typeof TESTED)[number];
  readonly text: string;
}

/** A fenced code block; `line` is where its first line of code stands, from 1. */
export interface Fence {
  readonly language: string;
  readonly line: number;
  readonly code: string;
}

/** Every document that is checked. */
export function documents(): readonly Document[] {
  const paths = globSync(['*.md', '{tau-*,dev-env,concepts,skills,docs}/**/*.md'], {
    cwd: ROOT,
    exclude: (name) => name.includes('node_modules') || name === 'dist',
  });
  return paths.sort().map((path) => {
    const home = TESTED.find((library) => path.startsWith(`${library}/`)) ?? 'dev-env';
    return { path, home, text: readFileSync(join(ROOT, path), 'utf8') };
  });
}

/** The fenced blocks of a document, indented ones too. */
export function fences(text: string): readonly Fence[] {
  const found: Fence[] = [];
  let open: { marker: string; indent: string; language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const match = /^(\s*)(`{3,}|~{3,})\s*([\w-]*)/.exec(line);
    if (open === undefined) {
      if (match === null) continue;
      open = { marker: match[2] ?? '', indent: match[1] ?? '', language: match[3] ?? '', line: index + 2, lines: [] };
    } else if (match !== null && match[3] === '' && (match[2] ?? '').startsWith(open.marker)) {
      found.push({ language: open.language, line: open.line, code: open.lines.join('\n') });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  return found;
}
