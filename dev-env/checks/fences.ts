import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT, TESTED } from '../scripts/libraries.ts';
import { type Check, type CheckResult, combine } from './check.ts';
import { tool } from './commands.ts';
import { documents, fences } from './documents.ts';

/** Languages whose fences are compiled; any other tag (`text`, `sh`, `js`, ...) opts out. */
const COMPILED = ['ts', 'typescript'];

/** Compiler settings of a fence: the library's own, without complaints about names that an example need not use. */
function fenceConfig(library: string): object {
  return {
    extends: join(ROOT, library, 'tsconfig.json'),
    compilerOptions: {
      noUnusedLocals: false,
      noUnusedParameters: false,
      noEmit: true,
      declaration: false,
      moduleDetection: 'force',
    },
    include: ['./*.ts'],
  };
}

/** The fences of one library's documents, in a folder inside it, so that imports resolve as its users' do. */
async function checkLibrary(home: (typeof TESTED)[number]): Promise<CheckResult> {
  const parts = documents()
    .filter((document) => document.home === home)
    .flatMap((document) => fences(document.text).map((fence) => ({ document, fence })))
    .filter(({ fence }) => COMPILED.includes(fence.language));
  if (parts.length === 0) return { ok: true, output: '' };
  // Under node_modules, where neither git, nor the linter, nor another build looks.
  mkdirSync(join(ROOT, home, 'node_modules'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, home, 'node_modules', '.fences-'));
  const places = new Map<string, string>();
  try {
    for (const [index, { document, fence }] of parts.entries()) {
      const name = `${basename(document.path, '.md').toLowerCase()}-${index}.ts`;
      places.set(name, document.path);
      // Blank lines keep the compiler's line numbers those of the document.
      writeFileSync(join(folder, name), '\n'.repeat(fence.line - 1) + fence.code);
    }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(fenceConfig(home)));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const result = await tool('tsc', ['-p', folder, '--pretty', 'false'], folder);
    const output = result.output.replace(/^[^\s(]*?([\w.-]+-\d+\.ts)\(/gm, (whole, name: string) =>
      places.has(name) ? `${places.get(name)}(` : whole,
    );
    return { ok: result.ok, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Examples in documents compile against the libraries' doors. */
export const fencesCheck: Check = {
  name: 'fences',
  run: async () => {
    const results: CheckResult[] = [];
    for (const home of TESTED) results.push(await checkLibrary(home));
    return combine(results);
  },
};
