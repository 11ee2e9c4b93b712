import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capability } from 'tau-core/extension';
import { systemClock } from 'tau-core/node';
import { eventually, MemoryJournal } from 'tau-core/testing';
import { localExtension } from 'tau-ext-local';
import { type AnyExecutable, LocalLocks, type LocalRun, openRuns, runLocal, sqliteStore } from 'tau-orchestrate/local';
import { Gates } from '../scenarios/gates.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { readDefinitions } from './bound-definitions.ts';
import { localJournals } from './journaled-run.ts';
import { localHandlers } from './local-handlers.ts';
import { ownFolder } from './owned.ts';
import { journalWaits, type PlayedStage, type ScenarioHost } from './played.ts';

type AnyRun = LocalRun<unknown, unknown, unknown>;

/** The local runner with its SQLite store: a file for each scenario. `workspace` is where scripts run. */
export function localScenarios(workspace: string): ScenarioHost {
  const folder = mkdtempSync(join(tmpdir(), 'tau-same-local-'));
  ownFolder(folder);
  let played = 0;
  const journal = new MemoryJournal();
  const tools = localExtension({ journal, clock: systemClock, shellWorkspace: workspace }).capabilities;
  return {
    name: 'local',
    stage: async (scenario) => {
      played += 1;
      return localStage(scenario, join(folder, `${played}.db`), tools);
    },
    close: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function localStage(scenario: Scenario, path: string, tools: readonly Capability[]): PlayedStage {
  const store = sqliteStore({ path });
  const executables = readDefinitions(scenario.definitions);
  const runs = new Map<string, AnyRun>();
  const names = new Map<string, string>();
  const definitions = new Map<string, string>();
  const options = {
    store,
    handlers: localHandlers([...tools, ...(scenario.capabilities?.(new Gates()) ?? [])]),
    definitions: (name: string) => executables.get(name),
    locks: new LocalLocks(),
    sessionId: `same/${scenario.name}`,
    secrets: (name: string) => scenario.secrets?.[name],
  };
  const run = (as: string): AnyRun => {
    const found = runs.get(as);
    if (found === undefined) throw new Error(`no run "${as}"`);
    return found;
  };
  const executableOf = (definition: string): AnyExecutable => {
    const found = executables.get(definition);
    if (found === undefined) throw new Error(`no definition "${definition}"`);
    return found;
  };
  const added = (as: string, definition: string, started: AnyRun): void => {
    runs.set(as, started);
    names.set(started.runId, as);
    definitions.set(started.runId, definition);
  };
  return {
    names,
    definitions,
    async start(as, definition, input = {}) {
      const started = runLocal(executableOf(definition), { ...options, input });
      added(as, definition, started);
      // Stored, or refused.
      const isStored = async (): Promise<boolean> => (await store.find(started.runId)) !== undefined;
      await Promise.race([eventually(isStored, { what: `${as} to start` }), started.ended]);
    },
    async answer(as, callId, answer) {
      const question = await eventually(
        () =>
          run(as)
            .questions()
            .find(({ id }) => id === callId),
        {
          what: `question ${callId} of ${as}`,
        },
      );
      await run(as).answer(callId, question.version, answer);
    },
    async fork(as, of, callId, edit) {
      const { runId } = run(of);
      const past = await store.records(runId, 1, (await store.find(runId))?.lastSeq ?? 0);
      const atSeq = past.find(({ text }) => text.includes(`"callId":"${callId}"`))?.seq ?? 0;
      const definition = definitions.get(runId) ?? '';
      const executable = executableOf(definition);
      const forking = openRuns(store, { languages: [executable.language] });
      added(as, definition, await forking.fork(executable, runId, { ...options, atSeq, edit }));
    },
    send: (as, content) => run(as).send(content),
    cancel: async (as, reason) => run(as).cancel(reason),
    ...journalWaits(() => localJournals(store), names),
    async ended(as) {
      await run(as).ended;
    },
    idOf: (as) => run(as).runId,
    journals: () => localJournals(store),
    leave: async () => {
      for (const one of runs.values()) one.ended.catch(() => undefined);
      for (const one of runs.values()) one.letGo();
      await store.close();
    },
  };
}
