// Steps per second of the local runner, by stores, and the memory of idle runs. Needs the build (`npm run build`); then
// `node --expose-gc bench/local.ts`. `--json` prints one object a line; `--quick` measures for less long. A step is one call of
// an async function: asked for, stored where there is a store, made, and its output taken in.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { callId, type Executable, instant, type Json, type Program, type ProgramEffect } from 'tau-core';
import { workflowLanguage } from 'tau-orchestrate';
import { chain, defineFlow, parallel, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, type LocalOptions, type RunStore, runLocal, sqliteStore } from 'tau-orchestrate/local';

type Counted = Executable<CountDefinition, CountState, number>;

/** The least that a program can be: the runner's own price. `width` calls at a time, `depth` times. */
interface CountDefinition {
  readonly depth: number;
  readonly width: number;
}

interface CountState {
  readonly settled: number;
}

const countProgram: Program<CountDefinition, CountState, number> = {
  kind: 'count',
  initial: () => ({ settled: 0 }),
  decide({ depth, width }, { settled }, input) {
    const done = input.type === 'callSettled' ? settled + 1 : settled;
    const events = input.type === 'callSettled' ? [1] : [];
    if (done === depth * width) return { events, effects: [{ type: 'finish', outcome: { kind: 'ok', output: done } }] };
    if (done % width !== 0) return { events, effects: [] };
    const effects: ProgramEffect[] = [];
    for (let nth = 0; nth < width; nth += 1) {
      effects.push({ type: 'call', callId: callId(`c${done + nth}`), capability: 'bench:step', input: { n: done } });
    }
    return { events, effects };
  },
  evolve: (_definition, { settled }, event) => ({ settled: settled + event }),
  nextDeadline: () => undefined,
};

function counted(depth: number, width: number): Counted {
  const language = {
    program: countProgram,
    parse: () => ({ ok: false as const, diagnostics: [] }),
    triggers: () => [],
    matches: () => false,
    checkInput: (_definition: CountDefinition, input: { readonly [name: string]: Json | undefined }) => ({
      ok: true as const,
      definition: input,
    }),
  };
  return { language, definition: { depth, width } };
}

/** Ten steps of a workflow file, each with inputs by expressions. */
function workflow(): Executable<unknown, unknown, unknown> {
  const steps = Array.from({ length: 10 }, (_, n) => {
    const before = n === 0 ? '0' : `\${{ steps.s${n - 1}.outputs.n }}`;
    return `      - { id: s${n}, uses: bench/step@v1, with: { before: "${before}" } }`;
  });
  const source = `on: push\njobs:\n  a:\n    steps:\n${steps.join('\n')}\n`;
  const parsed = workflowLanguage.parse(source, 'bench.yml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  return { language: workflowLanguage, definition: parsed.definition } as Executable<unknown, unknown, unknown>;
}

/** Ten tasks one after another, or a hundred side by side. */
function flow(shape: 'chain' | 'fan-out'): Executable<unknown, unknown, unknown> {
  const tasks = Array.from({ length: shape === 'chain' ? 10 : 100 }, (_, n) => [`s${n}`, task('bench:flow')] as const);
  const named = Object.fromEntries(tasks);
  return defineFlow(shape, shape === 'chain' ? chain(named) : parallel(named)) as Executable<unknown, unknown, unknown>;
}

const handlers: LocalHandlers = {
  'bench:flow': async () => ({ n: 1 }),
  'bench:step': async () => 1,
  'action:bench/step@v1': async () => ({ n: 1 }),
};

interface Workload {
  readonly name: string;
  readonly executable: Executable<unknown, unknown, unknown>;
  readonly stepsPerRun: number;
  readonly runs: number;
  readonly bar: { readonly memory: number; readonly durable: number };
}

const isQuick = process.argv.includes('--quick');
const isJson = process.argv.includes('--json');
const ROUND_MS = isQuick ? 500 : 2_000;
const ROUNDS = isQuick ? 1 : 3;

const any = (executable: Counted): Executable<unknown, unknown, unknown> =>
  executable as Executable<unknown, unknown, unknown>;

const WORKLOADS: readonly Workload[] = [
  {
    name: 'flow: chain of 10, 1 run',
    executable: flow('chain'),
    stepsPerRun: 10,
    runs: 1,
    bar: { memory: 300_000, durable: 6_000 },
  },
  {
    name: 'flow: chain of 10, 50 runs',
    executable: flow('chain'),
    stepsPerRun: 10,
    runs: 50,
    bar: { memory: 300_000, durable: 60_000 },
  },
  {
    name: 'flow: fan-out 100, 1 run',
    executable: flow('fan-out'),
    stepsPerRun: 100,
    runs: 1,
    bar: { memory: 300_000, durable: 60_000 },
  },
  {
    name: '10 steps, 1 run',
    executable: any(counted(10, 1)),
    stepsPerRun: 10,
    runs: 1,
    bar: { memory: 300_000, durable: 6_000 },
  },
  {
    name: '10 steps, 50 runs',
    executable: any(counted(10, 1)),
    stepsPerRun: 10,
    runs: 50,
    bar: { memory: 300_000, durable: 60_000 },
  },
  {
    name: 'fan-out 100, 1 run',
    executable: any(counted(1, 100)),
    stepsPerRun: 100,
    runs: 1,
    bar: { memory: 300_000, durable: 60_000 },
  },
  {
    name: 'workflow of 10 steps, 50 runs',
    executable: workflow(),
    stepsPerRun: 10,
    runs: 50,
    bar: { memory: 0, durable: 0 },
  },
];

/** Runs one after another, `runs` at a time, until the round is over. */
async function stepsPerSecond(
  { executable, stepsPerRun, runs }: Workload,
  options: Partial<LocalOptions>,
): Promise<number> {
  const until = performance.now() + ROUND_MS;
  const started = performance.now();
  let steps = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const { outcome } = await runLocal(executable, { handlers, ...options }).ended;
      if (outcome.kind !== 'ok') throw new Error(`a run of the benchmark ended ${JSON.stringify(outcome)}`);
      steps += stepsPerRun;
    }
  };
  await Promise.all(Array.from({ length: runs }, lane));
  return steps / ((performance.now() - started) / 1_000);
}

async function median(measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await measure());
  return figures.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
}

function report(line: { readonly [name: string]: string | number }): void {
  if (isJson) return console.log(JSON.stringify(line));
  const { store, workload, figure, unit, bar } = line;
  const against = bar === 0 ? '' : `  (bar ${bar})`;
  console.log(
    `${String(store).padEnd(22)} ${String(workload).padEnd(32)} ${String(figure).padStart(10)} ${unit}${against}`,
  );
}

/** What the disk allows at this very time: rows of 300 bytes, one or fifty to a transaction, flushed. */
function measureLimit(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)');
  const insert = database.prepare('INSERT INTO t (b) VALUES (?)');
  for (const rows of [1, 50]) {
    const started = performance.now();
    let written = 0;
    while (performance.now() - started < 500) {
      database.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < rows; row += 1) insert.run('x'.repeat(300));
      database.exec('COMMIT');
      written += rows;
    }
    const figure = Math.round(written / ((performance.now() - started) / 1_000));
    report({ store: 'node:sqlite full alone', workload: `${rows} to a transaction`, figure, unit: 'rows/s', bar: 0 });
  }
  database.close();
}

async function measureSteps(store: string, open: (() => RunStore) | undefined): Promise<void> {
  for (const workload of WORKLOADS) {
    const opened = open?.();
    await stepsPerSecond(workload, opened === undefined ? {} : { store: opened });
    const figure = await median(() => stepsPerSecond(workload, opened === undefined ? {} : { store: opened }));
    const bar = opened === undefined ? workload.bar.memory : store.includes('full') ? workload.bar.durable : 0;
    report({ store, workload: workload.name, figure: Math.round(figure), unit: 'steps/s', bar });
    await opened?.close();
  }
}

const asking: Program<object, object, never> = {
  kind: 'asking',
  initial: () => ({}),
  decide: () => ({
    events: [],
    effects: [{ type: 'call', callId: callId('ask'), capability: 'human:ask@v1', input: { question: 'go on?' } }],
  }),
  evolve: (_definition, state) => state,
  nextDeadline: () => undefined,
};

/** Bytes of heap of each run that waits for a person: in memory, or let go of to its store. */
async function bytesPerIdleRun(count: number, store: RunStore | undefined): Promise<number> {
  const executable = { language: { ...counted(1, 1).language, program: asking }, definition: {} };
  const heap = (): number => {
    for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const kept: unknown[] = [];
  const before = heap();
  for (let made = 0; made < count; made += 1_000) {
    const batch = Array.from({ length: 1_000 }, () =>
      runLocal(executable as never, { handlers: {}, ...(store !== undefined && { store }) }),
    );
    await Promise.all(batch.map((run) => run.idle()));
    if (store !== undefined) for (const run of batch) run.letGo();
    kept.push(...(store === undefined ? batch : batch.map(({ runId }) => runId)));
  }
  return Math.round((heap() - before) / kept.length);
}

async function measureMemory(path: string): Promise<void> {
  if (globalThis.gc === undefined) return console.log('memory: run with --expose-gc');
  const count = isQuick ? 10_000 : 100_000;
  const workload = `${count} idle runs`;
  const store = sqliteStore({ path: join(path, 'idle.db'), sync: 'normal' });
  const evicted = await bytesPerIdleRun(count, store);
  await store.close();
  report({ store: 'sqlite, let go of', workload, figure: evicted, unit: 'bytes each', bar: 1_024 });
  const figure = await bytesPerIdleRun(count, undefined);
  report({ store: 'none', workload, figure, unit: 'bytes each', bar: 0 });
}

const folder = mkdtempSync(join(tmpdir(), 'tau-bench-local-'));
let files = 0;
const file = (): string => join(folder, `${instant(files++)}.db`);
try {
  await measureSteps('none', undefined);
  measureLimit(file());
  await measureSteps('sqlite full', () => sqliteStore({ path: file() }));
  measureLimit(file());
  await measureSteps('sqlite normal', () => sqliteStore({ path: file(), sync: 'normal' }));
  await measureMemory(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
