// `make torture`: 50 issues while kernel, journal and GitHub extension are killed 20 times each. SEED repeats a run;
// KILLS, ISSUES and SECONDS make it shorter or longer.
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { paint } from '../demo/colours.ts';
import { VICTIMS } from './kill-plan.ts';
import { runTorture } from './run-torture.ts';

function setting(name: string, otherwise: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`torture: ${name} must be a whole number above 0, and is "${text}"`);
  process.exit(2);
}

const seed = setting('SEED', (Date.now() % 1_000_000) + 1);
const kills = setting('KILLS', 20);
const issues = setting('ISSUES', 50);
const seconds = setting('SECONDS', 90);

console.log(`torture: seed ${seed}, ${issues} issues and ${kills} kills each of ${VICTIMS.join(', ')} in ${seconds} s`);
const { problems, redeliveries, settledMs } = await runTorture({
  workflows: join(ROOT, '.tau', 'workflows'),
  seed,
  kills,
  issues,
  durationMs: seconds * 1_000,
  onKill: ({ victim, atMs }) => console.log(`${(atMs / 1_000).toFixed(3).padStart(8)} s  kill -9 ${victim}`),
});

console.log(`settled ${settledMs} ms after the last kill; ${redeliveries} tries to deliver again`);
if (problems.length === 0) {
  console.log(
    paint('green', `${issues} runs completed; no comment or label is missing or there twice; states replay equal`),
  );
} else {
  console.log(paint('red', `${problems.length} problems; repeat with SEED=${seed}`));
  for (const problem of problems) console.log(`  ${problem}`);
  process.exitCode = 1;
}
