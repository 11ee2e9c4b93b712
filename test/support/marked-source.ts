import { expect } from 'vitest';
import { parseWorkflow } from '../../src/workflow/parse.js';

/** What is found in a source, as `line:column message`, and the place in it that `^^` marks, as `line:column`. */
export function findingsIn(
  marked: string,
  file = 'w.yml',
): { readonly all: readonly string[]; readonly place: string } {
  const before = marked.slice(0, marked.indexOf('^^')).split('\n');
  const parsed = parseWorkflow(marked.replace('^^', ''), file);
  return {
    all: parsed.ok ? [] : parsed.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`),
    place: `${before.length}:${(before.at(-1) ?? '').length + 1}`,
  };
}

/** What is found at the place that `^^` marks; where there is nothing, all that is found elsewhere, so that a failing test shows it. */
export function found(marked: string, file?: string): string {
  const { all, place } = findingsIn(marked, file);
  expect(all.length).toBeGreaterThan(0);
  return all.find((one) => one.startsWith(`${place} `))?.slice(place.length + 1) ?? all.join('\n');
}
