import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { type Check, type CheckResult, combine, problems } from './check.ts';

const CORE = join(ROOT, 'tau-core');
/** What tau-core's `generate` script reads, and what it writes. */
const SOURCES = ['package.json', 'buf.yaml', 'buf.gen.yaml', 'proto', 'scripts'];
const GENERATED = ['src/gen/**/*', 'proto/*.binpb'];

async function coreScript(name: string, cwd = CORE): Promise<CheckResult> {
  const result = await run('npm', ['run', '--silent', name], { cwd });
  return { ok: result.code === 0, output: result.output };
}

function generatedFiles(folder: string): ReadonlyMap<string, Buffer> {
  const entries = globSync(GENERATED, { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path)]));
}

/** Generates into a copy and compares: the working tree stays as it is. */
async function generatedCodeIsCurrent(): Promise<CheckResult> {
  const copy = mkdtempSync(join(tmpdir(), 'tau-generate-'));
  try {
    for (const source of SOURCES) cpSync(join(CORE, source), join(copy, source), { recursive: true });
    mkdirSync(join(copy, 'src', 'gen'), { recursive: true });
    const generated = await coreScript('generate', copy);
    if (!generated.ok) return generated;
    const [committed, fresh] = [generatedFiles(CORE), generatedFiles(copy)];
    const names = new Set([...committed.keys(), ...fresh.keys()]);
    const stale = [...names].filter((name) => !committed.get(name)?.equals(fresh.get(name) ?? Buffer.alloc(0)));
    return problems(
      stale.map((name) => `tau-core/${name} is not what proto/ generates: run "npm run generate -w tau-core"`),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The contract is well-formed, breaks no released one, and its generated code is what it generates. */
export const contractCheck: Check = {
  name: 'contract',
  run: async () =>
    combine([await coreScript('lint:proto'), await coreScript('check:breaking'), await generatedCodeIsCurrent()]),
};
