import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { type Check, problems } from './check.ts';

/** The index of all decisions: of the umbrella, and of each library. */
const INDEX = 'docs/adr/README.md';

/** A decision as its file tells it. */
export interface Decision {
  /** Relative to the umbrella's root. */
  readonly path: string;
  readonly title: string;
}

/** A decision's title without its number, which its place in a folder gives it. */
export function titleOf(text: string): string {
  const heading = /^# (.+)$/m.exec(text)?.[1] ?? '';
  return heading.replace(/^(ADR )?\d+[.:] /, '');
}

/** What is wrong with the index: decisions that it lacks or names otherwise, and lines that lead to none. */
export function indexProblems(index: string, decisions: readonly Decision[]): string[] {
  const found = new Map<string, string>();
  for (const [, title = '', target = ''] of index.matchAll(/^- \[(.+?)\]\((\S+?)\)$/gm)) {
    found.set(normalize(join(dirname(INDEX), target)), title);
  }
  const wanted = new Map(decisions.map(({ path, title }) => [path, title]));
  const line = (path: string, title: string): string => `- [${title}](${relative(dirname(INDEX), path)})`;
  return [
    ...[...wanted]
      .filter(([path, title]) => found.get(path) !== title)
      .map(([path, title]) => `${INDEX} needs the line: ${line(path, title)}`),
    ...[...found.keys()].filter((path) => !wanted.has(path)).map((path) => `${INDEX}: ${path} is no decision`),
  ];
}

/** The index names every decision, by its title. */
export const adrIndexCheck: Check = {
  name: 'decisions',
  run: async () => {
    const paths = globSync('{docs,tau-*/docs}/adr/[0-9]*.md', { cwd: ROOT }).sort();
    const decisions = paths.map((path) => ({ path, title: titleOf(readFileSync(join(ROOT, path), 'utf8')) }));
    return problems(indexProblems(readFileSync(join(ROOT, INDEX), 'utf8'), decisions));
  },
};
