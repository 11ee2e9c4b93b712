import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, TESTED } from '../scripts/libraries.ts';
import { type Check, problems } from './check.ts';
import { type Document, documents, fences } from './documents.ts';

const SHELLS = ['sh', 'bash', 'shell'];

/** The commands of the umbrella and its packages, as documents may name them. */
export interface KnownCommands {
  readonly targets: ReadonlySet<string>;
  /** npm scripts by package folder; `.` is the umbrella. */
  readonly scripts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Reads the Makefile and every package.json. */
export function knownCommands(): KnownCommands {
  const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
  const scriptsOf = (folder: string): ReadonlySet<string> => {
    const { scripts = {} } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as {
      scripts?: object;
    };
    return new Set(Object.keys(scripts));
  };
  return {
    targets: new Set([...makefile.matchAll(/^([a-z][\w-]*):/gm)].map(([, name = '']) => name)),
    scripts: new Map(['.', ...TESTED].map((folder) => [folder, scriptsOf(folder)])),
  };
}

/** A document's code: spans, and the fences of shells. Prose may speak of what one could make. */
function codeOf(text: string): readonly string[] {
  let prose = text;
  for (const { code } of fences(text)) prose = prose.replace(code, '');
  const shells = fences(text).filter(({ language }) => SHELLS.includes(language));
  return [...shells.map(({ code }) => code), ...[...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)];
}

/** Commands that a document names and nobody can run. */
export function namedCommandProblems({ path, home, text }: Document, known: KnownCommands): readonly string[] {
  const found: string[] = [];
  const has = (folder: string, script: string): boolean => known.scripts.get(folder)?.has(script) === true;
  for (const code of codeOf(text)) {
    for (const [, target = ''] of code.matchAll(/(?:^|[;&|(]\s*|\n\s*)make ([a-z][\w-]*)/g)) {
      if (!known.targets.has(target)) found.push(`${path}: there is no "make ${target}"`);
    }
    for (const [, script = '', rest = ''] of code.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)([^\n]*)/g)) {
      const library = /(?:-w|--workspace)[ =]([\w-]+)/.exec(rest)?.[1];
      const entered = [...code.matchAll(/(?:^|\n)\s*cd ([\w-]+)/g)].map(([, folder = '']) => folder);
      const folders = library === undefined ? ['.', home, ...entered] : [library];
      if (!folders.some((folder) => has(folder, script))) found.push(`${path}: there is no "npm run ${script}${rest}"`);
    }
  }
  return found;
}

/** Make targets and npm scripts that documents name are there. */
export const namedCommandsCheck: Check = {
  name: 'named commands',
  run: async () => {
    const known = knownCommands();
    return problems(documents().flatMap((document) => namedCommandProblems(document, known)));
  },
};
