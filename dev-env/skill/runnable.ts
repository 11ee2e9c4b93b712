import { fences } from '../checks/documents.ts';

/** Where a runnable fence wants to run: in an empty folder beside a kernel of its own, or at the umbrella's root. */
export type Place = 'folder' | 'umbrella';

/** A fence of commands that CI runs: its opening line is "sh run", or "sh run umbrella". */
export interface RunnableFence {
  readonly path: string;
  /** Where its first command stands, from 1. */
  readonly line: number;
  readonly place: Place;
  readonly commands: string;
  /** Lines that its output must have, in this order: those of the `text` fence that follows it at once. */
  readonly expected: readonly string[];
}

/** The runnable fences of a document, in order. */
export function runnableFences(path: string, text: string): readonly RunnableFence[] {
  const lines = text.split('\n');
  const all = fences(text);
  return all.flatMap(({ language, line, code }, index) => {
    const [, run, place] = (lines[line - 2] ?? '')
      .replace(/^\s*[`~]+/, '')
      .trim()
      .split(/\s+/);
    if (language !== 'sh' || run !== 'run') return [];
    if (place !== undefined && place !== 'umbrella') throw new Error(`${path}:${line}: no place "${place}"`);
    const next = all[index + 1];
    const between = next && lines.slice(line - 1 + code.split('\n').length + 1, next.line - 2);
    const follows = next?.language === 'text' && between?.every((each) => each.trim() === '');
    const expected = follows ? next.code.split('\n').filter((each) => each.trim() !== '') : [];
    return [{ path, line, place: place ?? 'folder', commands: code, expected }];
  });
}

/** Whether an output has the expected lines, in order; "…" stands for anything. Gives the first that is missing. */
export function missingLine(output: string, expected: readonly string[]): string | undefined {
  const lines = output.split('\n');
  let at = 0;
  for (const wanted of expected) {
    const found = lines.findIndex((line, index) => index >= at && matches(line, wanted));
    if (found < 0) return wanted;
    at = found + 1;
  }
  return undefined;
}

function matches(line: string, wanted: string): boolean {
  const parts = wanted.trim().split('…');
  let rest = line.replace(/\s+/g, ' ').trim();
  if (!rest.startsWith(squeezed(parts[0]))) return false;
  for (const part of parts.map(squeezed)) {
    const place = rest.indexOf(part);
    if (place < 0) return false;
    rest = rest.slice(place + part.length);
  }
  return wanted.trimEnd().endsWith('…') || rest === '';
}

function squeezed(text = ''): string {
  return text.replace(/\s+/g, ' ').trim();
}
