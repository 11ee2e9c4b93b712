import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureCosts } from './costs.ts';
import { measureEngines } from './engines.ts';
import { measureEvents } from './events.ts';
import type { Figure } from './figure.ts';
import { measureStart } from './start.ts';
import { measureSteps } from './steps.ts';
import { measureUnary } from './unary.ts';

const BENCHES = {
  unary: measureUnary,
  steps: measureSteps,
  events: measureEvents,
  start: measureStart,
  engines: measureEngines,
  costs: measureCosts,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const json = process.argv.includes('--json');
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark "${unknown.join('", "')}"; there are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!json) process.stdout.write(`measuring ${name} ...\n`);
  for (const one of await measure()) {
    figures.push(one);
    if (!json) process.stdout.write(`${row(one)}\n`);
  }
}
const result = { date: new Date().toISOString(), machine: machine(), versions: versions(), figures };
if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
if (wanted.length === 0) save(result);
process.exit(0);

function row({ name, tau, other, against, ratio, unit, bar }: Figure): string {
  const value = (number: number): string =>
    `${number >= 100 ? Math.round(number).toLocaleString('en') : number.toFixed(2)} ${unit}`;
  const target = bar === undefined ? '' : `   bar: ${bar}`;
  return `  ${name.padEnd(44)} ${value(tau).padStart(18)}   ${against}: ${value(other)}   ratio ${ratio.toFixed(3)}${target}`;
}

function machine(): object {
  return { cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', memoryGiB: Math.round(totalmem() / 2 ** 30) };
}

function versions(): object {
  const load = createRequire(import.meta.url);
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return {
    commit,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? '',
    niceGrpc: (load('nice-grpc/package.json') as { version: string }).version,
  };
}

function save(value: { readonly date: string }): void {
  const folder = fileURLToPath(new URL('results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${value.date.slice(0, 19).replaceAll(':', '-')}.json`;
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
  process.stdout.write(`written to dev-env/bench/results/${file.slice(folder.length)}\n`);
}
