import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { instant, type ProgramInput, runId } from 'tau-core';
import { type FlowEvent, type FlowState, flowProgram, type RecordedDecision, replayRun } from 'tau-orchestrate';
import { add, ask, chain, choose, defineFlow, graph, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, type RunStore, runLocal, sqliteStore } from 'tau-orchestrate/local';
import { type Flow, STEP } from './flow-shapes.ts';
import { oneProcess } from './trio.ts';

// What runs cost beside their speed: memory while they wait, replaying, growing. Run with --expose-gc; prints one JSON object a line.
const print = (line: { readonly [name: string]: string | number }): void =>
  void process.stdout.write(`${JSON.stringify(line)}\n`);
const handlers: LocalHandlers = { [STEP]: async () => ({ count: 1 }) };
const folder = mkdtempSync(join(tmpdir(), 'tau-bench-'));

/** A graph that goes round `rounds` times. */
function rounds(count: number): Flow {
  const turn = task(STEP, { input: {} });
  const edges = [choose('turn', [{ when: `state.count < ${count}`, to: 'turn' }, { to: '$end' }])];
  return defineFlow(
    `rounds-${count}`,
    graph({ state: { count: add() }, nodes: { turn }, edges, entry: 'turn', stepsMax: count + 1 }),
  );
}

function heap(): number {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes of heap of each run that waits for a person. */
async function idle(count: number, store: RunStore | undefined): Promise<number> {
  const flow = defineFlow('waiting', chain({ ask: ask('go on?') }));
  const kept: unknown[] = [];
  const before = heap();
  for (let made = 0; made < count; made += 1_000) {
    const runs = Array.from({ length: 1_000 }, () => runLocal(flow, { handlers, ...(store && { store }) }));
    await Promise.all(runs.map((run) => run.idle()));
    if (store !== undefined) for (const run of runs) run.letGo();
    kept.push(...(store === undefined ? runs : runs.map((run) => run.runId)));
  }
  return Math.round((heap() - before) / kept.length);
}

/** Bytes of heap of each session that nothing happens in, of a kernel and its journal in this process. */
async function idleSession(count: number): Promise<number> {
  const { client, stop } = await oneProcess();
  const make = async (from: number, to: number): Promise<void> => {
    for (let made = from; made < to; made += 500) {
      const ids = Array.from({ length: 500 }, (_, at) => `session-${made + at}`);
      await Promise.all(ids.map((sessionId) => client.ensureSession({ sessionId })));
    }
  };
  await make(0, 2_000);
  const before = heap();
  await make(2_000, 2_000 + count);
  const bytes = Math.round((heap() - before) / count);
  await stop();
  return bytes;
}

/** The state of a run at a question, as every host keeps it. */
function idleState(count: number): number {
  const { definition } = defineFlow('waiting', chain({ ask: ask('go on?') }));
  const before = heap();
  const states = Array.from({ length: count }, (_, at) => {
    const begin = { runId: runId(`run-${at}`), sessionId: 'bench', input: {}, startedAt: instant(1_700_000_000_000) };
    let state = flowProgram.initial(definition, begin);
    const { events } = flowProgram.decide(definition, state, { type: 'begin' }, begin.startedAt);
    for (const event of events) state = flowProgram.evolve(definition, state, event);
    return state;
  });
  return Math.round((heap() - before) / states.length);
}

/**
 * Microseconds a step takes in runs of so many steps, over all of them: a median of runs would leave out of short ones what comes
 * now and then, such as a checkpoint of SQLite's log.
 */
async function perStep(steps: number, store: RunStore | undefined): Promise<number> {
  const flow = rounds(steps);
  const runs = Math.max(1, Math.round(20_000 / steps));
  await runLocal(flow, { handlers, ...(store && { store }) }).ended;
  const started = performance.now();
  for (let run = 0; run < runs; run += 1) await runLocal(flow, { handlers, ...(store && { store }) }).ended;
  return ((performance.now() - started) * 1_000) / (runs * steps);
}

/** The decisions of a run of so many steps, as a host would have recorded them. */
function recorded(flow: Flow): readonly RecordedDecision<FlowEvent>[] {
  const now = instant(1_700_000_000_000);
  let state: FlowState = flowProgram.initial(flow.definition, {
    runId: runId('r'),
    sessionId: 's',
    input: {},
    startedAt: now,
  });
  const records: RecordedDecision<FlowEvent>[] = [];
  let input: ProgramInput | undefined = { type: 'begin' };
  while (input !== undefined) {
    const { events, effects } = flowProgram.decide(flow.definition, state, input, now);
    for (const event of events) state = flowProgram.evolve(flow.definition, state, event);
    records.push({ seq: records.length + 1, timeMs: now, input, events, effects });
    const call = effects.find((effect) => effect.type === 'call');
    input = call && { type: 'callSettled', callId: call.callId, outcome: { kind: 'ok', output: { count: 1 } } };
  }
  return records;
}

/** Replays a run of so many steps: deciding it again and comparing, and folding its events alone. */
function replaySpeed(steps: number): void {
  const flow = rounds(steps);
  const records = JSON.parse(JSON.stringify(recorded(flow))) as readonly RecordedDecision<FlowEvent>[];
  const begin = { runId: runId('r'), sessionId: 's', input: {}, startedAt: instant(1_700_000_000_000) };
  const timed = (work: () => void): number => {
    work();
    const started = performance.now();
    for (let round = 0; round < 5; round += 1) work();
    return Math.round((records.length * 5_000) / (performance.now() - started));
  };
  const decided = timed(() => {
    const replayed = replayRun(flow, begin, records);
    if (!replayed.ok) throw new Error(replayed.divergence.text);
  });
  const folded = timed(() => {
    let state = flowProgram.initial(flow.definition, begin);
    for (const { events } of records)
      for (const event of events) state = flowProgram.evolve(flow.definition, state, event);
    if (state.ended === undefined) throw new Error('the replayed run did not end');
  });
  print({ cost: 'replay, decided again and compared', steps, figure: decided, unit: 'records/s' });
  print({ cost: 'replay, events folded', steps, figure: folded, unit: 'records/s' });
}

try {
  const store = sqliteStore({ path: join(folder, 'runs.db'), sync: 'normal' });
  const idleRuns = 100_000;
  print({ cost: 'idle run, its state', steps: idleRuns, figure: idleState(idleRuns), unit: 'bytes' });
  print({ cost: 'idle run, let go of to SQLite', steps: idleRuns, figure: await idle(idleRuns, store), unit: 'bytes' });
  print({
    cost: 'idle run, served in this process',
    steps: idleRuns,
    figure: await idle(idleRuns, undefined),
    unit: 'bytes',
  });
  print({
    cost: 'idle session, with its journal',
    steps: idleRuns,
    figure: await idleSession(idleRuns),
    unit: 'bytes',
  });
  replaySpeed(10_000);
  await perStep(1_000, undefined);
  for (const steps of [10, 100, 1_000, 10_000])
    print({ cost: 'growth, memory', steps, figure: await perStep(steps, undefined), unit: 'us' });
  for (const steps of [10, 100, 1_000, 10_000])
    print({ cost: 'growth, SQLite', steps, figure: await perStep(steps, store), unit: 'us' });
  await store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
