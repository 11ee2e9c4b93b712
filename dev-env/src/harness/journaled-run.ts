import type { Json, JsonObject, Outcome, ProgramEffect, ProgramInput, RunBegin } from 'tau-core';
import type { RunEvent } from 'tau-core/client';
import { claimOf } from 'tau-orchestrate';
import type { RunHeader, RunStore } from 'tau-orchestrate/local';

/** A call as every host journals it. When it was asked for and by when it must have ended is each host's own. */
type JournaledCall = Pick<
  Extract<ProgramEffect, { readonly type: 'call' }>,
  'callId' | 'capability' | 'input' | 'retry' | 'stickyKey' | 'policy' | 'secrets' | 'grants'
>;

/** One decision: what the program was told, what happened, and what it asked for. */
export interface JournaledDecision {
  readonly input: ProgramInput;
  readonly events: readonly Json[];
  readonly calls: readonly JournaledCall[];
  /** Ids of calls that it gave up. */
  readonly cancelled: readonly string[];
  /** Ids of locks that it gave back. */
  readonly released: readonly string[];
  /** Claims of locks, with their defaults. */
  readonly claims: readonly JsonObject[];
}

/** A run as its host's journal has it. */
export interface JournaledRun {
  readonly runId: string;
  readonly begin: RunBegin;
  readonly parent?: { readonly runId: string; readonly callId: string };
  /** Of a fork: its program's state as it was taken over. */
  readonly start?: Json;
  readonly decisions: readonly JournaledDecision[];
  readonly outcome?: Outcome;
}

/** The part of the local runner's format of records that says what was decided: `n` is a note of the host's own. */
interface LocalRecord {
  readonly i?: ProgramInput;
  readonly e?: readonly Json[];
  readonly f?: readonly ProgramEffect[];
  readonly n?: { readonly type: string; readonly reason?: string };
}

/** All runs of a store of the local runner, from its records. */
export async function localJournals(store: RunStore): Promise<readonly JournaledRun[]> {
  const runs: JournaledRun[] = [];
  for (const { runId, header, lastSeq } of await store.list('', 1_000)) {
    const { begin, parent, start } = JSON.parse(header) as RunHeader;
    const records = (await store.records(runId, 1, lastSeq)).map(({ text }) => JSON.parse(text) as LocalRecord);
    const decisions = records.flatMap(({ i, e = [], f = [] }) =>
      i === undefined ? [] : [localDecision(runId, i, { events: e, effects: f })],
    );
    const outcome = records.flatMap(localOutcome).at(-1);
    const from = { ...(parent && { parent }), ...(start && { start: start.state }) };
    runs.push({ runId, begin, decisions, ...from, ...(outcome && { outcome }) });
  }
  return runs;
}

function localDecision(
  runId: string,
  input: ProgramInput,
  { events, effects }: { readonly events: readonly Json[]; readonly effects: readonly ProgramEffect[] },
): JournaledDecision {
  const claims = effects.flatMap((effect) => (effect.type === 'acquire' ? [claimOf(runId, effect)] : []));
  return {
    input,
    events,
    calls: effects.flatMap((effect) => (effect.type === 'call' ? [callOf(effect)] : [])),
    cancelled: effects.flatMap((effect) => (effect.type === 'cancelCall' ? [effect.callId] : [])),
    released: effects.flatMap((effect) => (effect.type === 'release' ? [effect.lockId] : [])),
    claims: claims as unknown as readonly JsonObject[],
  };
}

function localOutcome({ f = [], n }: LocalRecord): readonly Outcome[] {
  if (n?.type === 'killed') return [{ kind: 'cancelled', reason: n.reason ?? '' }];
  return f.flatMap((effect) => (effect.type === 'finish' ? [effect.outcome] : []));
}

/** A run's history, as the kernel gives it from its journal. */
export function kernelJournal(runId: string, history: readonly RunEvent[]): JournaledRun {
  let begin: RunBegin | undefined;
  let parent: JournaledRun['parent'];
  let start: Json | undefined;
  let outcome: Outcome | undefined;
  const decisions: JournaledDecision[] = [];
  for (const { type, data } of history) {
    if (type === 'run.started') {
      begin = data['begin'] as unknown as RunBegin;
      const from = data['parent'] as unknown as JournaledRun['parent'];
      if (from !== undefined) parent = { runId: from.runId, callId: from.callId };
    } else if (type === 'run.forked') {
      const run = data['run'] as unknown as { readonly begin: RunBegin; readonly program: Json };
      begin = run.begin;
      start = run.program;
    } else if (type === 'run.advanced') decisions.push(kernelDecision(data));
    else if (type === 'run.ended') outcome = data['outcome'] as unknown as Outcome;
  }
  if (begin === undefined) throw new Error(`the history of run ${runId} does not begin with its start`);
  const from = { ...(parent && { parent }), ...(start !== undefined && { start }) };
  return { runId, begin, decisions, ...from, ...(outcome && { outcome }) };
}

function kernelDecision(data: JsonObject): JournaledDecision {
  const { input, events, calls, cancelled, released, locks } = data as unknown as {
    readonly input: ProgramInput;
    readonly events: readonly Json[];
    readonly calls: readonly JournaledCall[];
    readonly cancelled: readonly string[];
    readonly released?: readonly string[];
    readonly locks?: readonly JsonObject[];
  };
  return { input, events, calls: calls.map(callOf), cancelled, released: released ?? [], claims: locks ?? [] };
}

function callOf({ callId, capability, input, ...call }: JournaledCall): JournaledCall {
  const { retry, stickyKey, policy, secrets, grants } = call;
  return {
    callId,
    capability,
    input,
    ...(retry && { retry }),
    ...(stickyKey !== undefined && { stickyKey }),
    ...(policy && { policy }),
    ...(secrets && { secrets }),
    ...(grants && { grants }),
  };
}
