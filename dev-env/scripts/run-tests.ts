// Runs every library's tests and the harness, one after the other, and prints the totals on the last line.
// A library that ran no test counts as failed, and so does a failing check (with --with-check).
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TESTED } from './libraries.ts';
import { run } from './run.ts';

interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** One library's tests, on a slow machine. A loop that never ends must not hold up everything else. */
const LIBRARY_MS_MAX = 600_000;

const reports = mkdtempSync(join(tmpdir(), 'tau-tests-'));

/** Tests of one library. A failure outside a test (a file that does not load) counts as one failed. */
async function testLibrary(library: string): Promise<Totals> {
  console.log(`\n── ${library} ${'─'.repeat(Math.max(4, 76 - library.length))}`);
  const file = join(reports, `${library}.json`);
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const result = await run(join(ROOT, 'node_modules', '.bin', 'vitest'), args, {
    cwd: join(ROOT, library),
    show: true,
    limitMs: LIBRARY_MS_MAX,
  });
  if (!existsSync(file)) {
    console.error(`${library}: its tests broke off (code ${result.code}); none of them counts`);
    return { passed: 0, failed: 1 };
  }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const ok = result.code === 0 && report.success && report.numPassedTests > 0;
  if (report.numPassedTests + report.numFailedTests === 0) console.error(`${library}: no test ran`);
  return { passed: report.numPassedTests, failed: Math.max(report.numFailedTests, ok ? 0 : 1) };
}

async function check(): Promise<Totals> {
  const result = await run(process.execPath, [join(ROOT, 'dev-env', 'scripts', 'check.ts')], { cwd: ROOT, show: true });
  return result.code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const results = new Map<string, Totals>();
if (process.argv.includes('--with-check')) results.set('check', await check());
for (const library of TESTED) {
  if (names.length === 0 || names.includes(library)) results.set(library, await testLibrary(library));
}
rmSync(reports, { recursive: true, force: true });

console.log('');
let passed = 0;
let failed = 0;
for (const [name, totals] of results) {
  console.log(`${name.padEnd(20)} ${totals.passed} passed, ${totals.failed} failed`);
  passed += totals.passed;
  failed += totals.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
