// Runs every check and says what is wrong. `node dev-env/scripts/check.ts purity lint` runs those whose names match.
import { adrIndexCheck } from '../checks/adr-index.ts';
import type { Check } from '../checks/check.ts';
import { lintCheck, lockCheck, typesCheck, unusedCheck } from '../checks/commands.ts';
import { contractCheck } from '../checks/contract.ts';
import { dependencyCheck } from '../checks/dependencies.ts';
import { fencesCheck } from '../checks/fences.ts';
import { linksCheck } from '../checks/links.ts';
import { namedCommandsCheck } from '../checks/named-commands.ts';
import { purityCheck } from '../checks/purity.ts';

const CHECKS: readonly Check[] = [
  lockCheck,
  lintCheck,
  typesCheck,
  purityCheck,
  dependencyCheck,
  unusedCheck,
  fencesCheck,
  linksCheck,
  adrIndexCheck,
  namedCommandsCheck,
  contractCheck,
];

const wanted = process.argv.slice(2);
let failed = 0;
for (const check of CHECKS) {
  if (wanted.length > 0 && !wanted.some((word) => check.name.includes(word))) continue;
  const started = performance.now();
  const result = await check.run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
  console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${check.name.padEnd(16)} ${seconds} s`);
  if (!result.ok) {
    failed += 1;
    console.log(`${result.output.trimEnd()}\n`);
  }
}
console.log(failed === 0 ? 'check: all well' : `check: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
