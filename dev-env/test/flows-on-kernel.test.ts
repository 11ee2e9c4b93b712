import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject, type RunBegin } from 'tau-core';
import type { RunEvent, RunView } from 'tau-core/client';
import { eventually } from 'tau-core/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { historyOf } from '../src/harness/kernel-scenarios.ts';
import { ownFolder } from '../src/harness/owned.ts';
import { KernelProcesses } from '../src/harness/scenario-kernels.ts';
import { replayProblems } from '../src/harness/validate.ts';
import { CALLS_FILE, EFFECTS_FILE, noted } from '../src/scenarios/effects.ts';

const TOKEN = 'token-that-nobody-may-see-4711';
const SESSION = 'flows';
const workspace = mkdtempSync(join(tmpdir(), 'tau-workspace-'));
ownFolder(workspace);

let processes: KernelProcesses;

beforeAll(async () => {
  const worker = new URL('../src/scenarios/effects-worker.ts', import.meta.url);
  processes = await KernelProcesses.start({ workspace, worker, secrets: { TOKEN } });
  await processes.client.ensureSession({ sessionId: SESSION });
  await put('open', 'flow', root({ kind: 'task', call: 'effects:open' }, 'open'));
});
afterEach(async () => {
  expect(await replayProblems(processes.channel)).toEqual([]);
});
afterAll(async () => {
  await processes.close();
});

const root = (node: object, name: string): string => JSON.stringify({ format: 1, name, root: node });
const act = (name: string, more: object = {}): object => ({
  kind: 'task',
  call: 'effects:act',
  input: { name, ...more },
});

async function put(name: string, program: string, source: string): Promise<void> {
  expect(await processes.client.putDefinition({ name, program, source })).toMatchObject({ accepted: true });
}

async function start(definition: string, input: JsonObject = {}): Promise<string> {
  const { run } = await processes.client.startRun({ sessionId: SESSION, definition, input });
  return run.runId;
}

function ended(runId: string): Promise<RunView> {
  return eventually(
    async () => {
      const run = await processes.client.getRun(runId);
      return run.outcome === undefined ? undefined : run;
    },
    { what: `run ${runId} to end`, limitMs: 20_000 },
  );
}

async function open(gate: string): Promise<void> {
  await ended(await start('open', { gate }));
}

const asked = (runId: string, callId: string) =>
  eventually(async () => (await processes.client.getRun(runId)).interrupts.find((one) => one.interruptId === callId), {
    what: `question ${callId} of ${runId}`,
  });

/** How often something of that name was called, and had its effect. */
function counts(name: string): { readonly calls: number; readonly effects: number } {
  const of = (file: typeof CALLS_FILE | typeof EFFECTS_FILE): number =>
    noted(processes.folder, file).filter((line) => line.name === name).length;
  return { calls: of(CALLS_FILE), effects: of(EFFECTS_FILE) };
}

/** So often at least: what goes on by itself may be further by the time that one looks. */
const called = (name: string, calls = 1) =>
  eventually(() => counts(name).calls >= calls, { what: `${name} to be called` });

test('the kernel dies while a question is open and work is under way: all goes on, each effect is had once', async () => {
  const nodes = [
    { name: 'ask', node: { kind: 'ask', question: 'Go on?' } },
    { name: 'held', node: act('held', { hold: 'crash' }) },
    { name: 'done', node: act('done') },
  ];
  const parallel = { name: 'all', node: { kind: 'parallel', nodes } };
  await put('crash', 'flow', root({ kind: 'chain', nodes: [parallel, { name: 'last', node: act('last') }] }, 'crash'));
  const run = await start('crash');
  await Promise.all([called('held'), called('done'), asked(run, 'all.ask')]);
  await processes.restartKernel();

  const question = await asked(run, 'all.ask');
  expect(question).toMatchObject({ version: 1, question: 'Go on?' });
  const answer = { interruptId: 'all.ask', version: 1, answer: { action: 'respond', value: 'yes' } };
  const stale = processes.client.resolveInterrupt(run, { ...answer, version: 2 });
  await expect(stale).rejects.toMatchObject({ data: { code: 'conflict' } });
  await processes.client.resolveInterrupt(run, answer);
  await expect(processes.client.resolveInterrupt(run, answer)).rejects.toMatchObject({ data: { code: 'not-found' } });
  await open('crash');
  expect(await ended(run)).toMatchObject({ status: 'succeeded', outcome: { output: { did: 'last' } } });
  for (const name of ['held', 'done', 'last']) expect(counts(name).effects, name).toBe(1);
});

test('kernel and worker die while work is under way: it is done again, and has its effect once', async () => {
  await put('both', 'flow', root(act('both', { hold: 'both' }), 'both'));
  const run = await start('both');
  await called('both');
  await Promise.all([processes.kernel.kill(), processes.worker.kill()]);
  await processes.restartKernel();
  await processes.worker.start();
  await called('both', 2);
  expect(noted(processes.folder, CALLS_FILE).findLast(({ name }) => name === 'both')?.redelivered).toBe(true);
  await open('both');
  expect((await ended(run)).status).toBe('succeeded');
  expect(counts('both').effects).toBe(1);
});

test('a fork at a moment of the past, with another state, comes to another result', async () => {
  const graph = {
    kind: 'graph',
    state: { n: {}, who: {}, result: {} },
    nodes: {
      count: { ...act('count', { n: 3 }), writes: { n: '${{ output.n }}' } },
      sure: { kind: 'ask', question: 'Is ${{ state.n }} right?', writes: { who: '${{ output }}' } },
      use: { ...act('use', { n: '${{ state.n }}' }), writes: { result: '${{ state.who }} has ${{ output.n }}' } },
    },
    edges: [
      { from: 'count', to: 'sure' },
      { from: 'sure', to: 'use' },
    ],
    entry: ['count'],
    output: ['result'],
  };
  await put('travel', 'flow', root(graph, 'travel'));
  const run = await start('travel');
  const answer = async (of: string, value: string): Promise<RunView> => {
    const { version } = await asked(of, 'sure@2');
    await processes.client.resolveInterrupt(of, {
      interruptId: 'sure@2',
      version,
      answer: { action: 'respond', value },
    });
    return ended(of);
  };
  expect((await answer(run, 'Ada')).outcome).toEqual({ kind: 'ok', output: { result: 'Ada has 3' } });

  const past = await historyOf(processes.client, run);
  const moment = past.find(({ data }) => asksFor(data, 'sure@2'))?.seq ?? 0;
  const fork = await processes.client.forkRun(run, { atSeq: moment, edit: { values: { n: 10 } } });
  expect((await answer(fork.runId, 'Bob')).outcome).toEqual({ kind: 'ok', output: { result: 'Bob has 10' } });
  const plain = await processes.client.forkRun(run, { atSeq: moment });
  expect((await answer(plain.runId, 'Cy')).outcome).toEqual({ kind: 'ok', output: { result: 'Cy has 3' } });
  expect(await historyOf(processes.client, run)).toEqual(past);
  expect(counts('count').effects).toBe(1);
});

function asksFor({ calls }: JsonObject, callId: string): boolean {
  return Array.isArray(calls) && calls.some((call: Json) => isJsonObject(call) && call['callId'] === callId);
}

const workflow = (concurrency: string, hold: string): string => `
on: { workflow_dispatch: { inputs: { name: { type: string } } } }
concurrency: ${concurrency}
jobs:
  work:
    steps: [{ uses: effects/act@v1, with: { name: '\${{ inputs.name }}', hold: '${hold}' } }]
`;

test('a newer run of a concurrency group takes the place of the one in progress, over a restart', async () => {
  await put('newest.yml', 'workflow', workflow('{ group: newest, cancel-in-progress: true }', 'newest'));
  const first = await start('newest.yml', { name: 'first' });
  await called('first');
  await processes.restartKernel();
  const second = await start('newest.yml', { name: 'second' });
  expect((await ended(first)).outcome).toMatchObject({ kind: 'cancelled', reason: expect.stringContaining('newest') });
  await called('second');
  await open('newest');
  expect((await ended(second)).status).toBe('succeeded');
  expect([counts('first').effects, counts('second').effects]).toEqual([0, 1]);
});

test('a newer run of a concurrency group takes the place of the one that waits', async () => {
  await put('pending.yml', 'workflow', workflow('pending', 'pending'));
  const first = await start('pending.yml', { name: 'one' });
  await called('one');
  const second = await start('pending.yml', { name: 'two' });
  const third = await start('pending.yml', { name: 'three' });
  expect((await ended(second)).status).toBe('cancelled');
  await open('pending');
  expect([(await ended(first)).status, (await ended(third)).status]).toEqual(['succeeded', 'succeeded']);
  expect(['one', 'two', 'three'].map((name) => counts(name).effects)).toEqual([1, 0, 1]);
});

test('a schedule starts its workflow at each occurrence once, over kill -9 of the kernel', async () => {
  const steps = '[{ uses: effects/act@v1, with: { name: tick } }]';
  await put('tick.yml', 'workflow', `on: workflow_dispatch\njobs: { tick: { steps: ${steps} } }\n`);
  const start = { definition: 'tick.yml' };
  const source = { name: 'ticker', start, when: [{ everyMs: 1_000 }], overlap: 'buffer-all', occurrencesMax: 3 };
  await put('ticker', 'schedule', JSON.stringify(source));
  const session = 'flows/ticks';
  await processes.client.ensureSession({ sessionId: session });
  const { run } = await processes.client.startRun({ sessionId: session, definition: 'ticker' });
  await called('tick');
  await processes.restartKernel();
  expect((await ended(run.runId)).status).toBe('succeeded');

  const ticks = (await processes.client.listRuns({ sessionId: session })).filter(
    (one) => one.definitionName === 'tick.yml',
  );
  expect(ticks.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  const starts = await Promise.all(ticks.map(async ({ runId }) => (await historyOf(processes.client, runId))[0]));
  const times = starts.map((event) => occurrenceOf(event)).sort((a, b) => a - b);
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 1_000, 2_000]);
  expect(counts('tick').effects).toBe(3);
});

function occurrenceOf(started: RunEvent | undefined): number {
  const begin = started?.data['begin'] as unknown as RunBegin | undefined;
  return Date.parse(begin?.event?.time ?? '');
}

test("a secret's value reaches the handler, and is in no journal, output or stream", { timeout: 60_000 }, async () => {
  const tell = (fail: boolean) => ({
    kind: 'task',
    call: 'effects:tell',
    input: { token: '${{ secrets.TOKEN }}', fail },
    onError: 'continue',
  });
  const chain = {
    kind: 'chain',
    nodes: [
      { name: 'good', node: tell(false) },
      { name: 'bad', node: tell(true) },
    ],
  };
  await put('telling', 'flow', root(chain, 'telling'));
  const script =
    'on: workflow_dispatch\njobs: { a: { steps: [{ env: { T: "${{ secrets.TOKEN }}" }, run: "echo it is $T; exit 1" }] } }\n';
  await put('telling.yml', 'workflow', script);
  const watched: string[] = [];
  for (const definition of ['telling', 'telling.yml']) {
    for await (const item of processes.client.watchRun(await start(definition, {}))) watched.push(JSON.stringify(item));
  }
  const got = noted(processes.folder, EFFECTS_FILE).flatMap(({ sha256 }) => sha256 ?? []);
  const hash = createHash('sha256').update(TOKEN).digest('hex');
  expect(got).toEqual([hash, hash]);
  const journal = filesIn(join(processes.folder, 'local'));
  const places = { journal, output: processes.output, watched: watched.join('\n') };
  // What is masked is there: so the places are where a value would be.
  for (const seen of [journal, places.watched]) expect(seen).toContain('a *** b');
  expect(journal).toContain('it is ***');
  for (const [place, text] of Object.entries(places)) expect(text.includes(TOKEN), place).toBe(false);
});

/** All bytes of a folder's files, as text. */
function filesIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

test('work that needs more than its job was granted is refused before its handler', async () => {
  const source = (permissions: string): string => `
on: workflow_dispatch
permissions: ${permissions}
jobs: { label: { steps: [{ uses: effects/label@v1, with: { name: 'label, ${permissions}' } }] } }
`;
  await put('denied.yml', 'workflow', source('{ issues: read }'));
  await put('allowed.yml', 'workflow', source('{ issues: write }'));
  expect((await ended(await start('denied.yml'))).outcome).toMatchObject({ kind: 'failed', error: { code: 'denied' } });
  expect((await ended(await start('allowed.yml'))).status).toBe('succeeded');
  expect(counts('label, { issues: read }')).toEqual({ calls: 0, effects: 0 });
  expect(counts('label, { issues: write }')).toEqual({ calls: 1, effects: 1 });
});
