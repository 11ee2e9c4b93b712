import { eventually } from 'tau-core/testing';
import type { Scenario, Stage } from '../scenarios/scenario.ts';
import { boundDefinition, readDefinitions } from './bound-definitions.ts';
import type { JournaledRun } from './journaled-run.ts';
import { type Bound, nameOf, plainJournals } from './plain-journal.ts';

/** A host on which scenarios are played, one session each. */
export interface ScenarioHost {
  readonly name: string;
  /** A stage for a scenario whose definitions the host has. */
  stage(scenario: Scenario): Promise<PlayedStage>;
  close(): Promise<void>;
}

export interface PlayedStage extends Stage {
  /** Names of the runs that the scenario started, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** The definition of each of these runs. */
  readonly definitions: ReadonlyMap<string, string>;
  journals(): Promise<readonly JournaledRun[]>;
  /** Lets go of what the scenario took. */
  leave(): Promise<void>;
}

/** What is left of a scenario that was played. */
export interface Played {
  readonly host: string;
  /** As `plainJournals` writes them. */
  readonly journal: string;
  readonly runs: readonly JournaledRun[];
}

/** Plays a scenario, waits until all runs of its session have ended, and reads their journals. */
export async function playOn(host: ScenarioHost, scenario: Scenario): Promise<Played> {
  const stage = await host.stage(scenario);
  try {
    await scenario.play(stage);
    const runs = await stage.journals();
    const open = runs.filter(({ outcome }) => outcome === undefined);
    if (open.length > 0) throw new Error(`${open.length} runs of "${scenario.name}" have not ended on ${host.name}`);
    const definitions = readDefinitions(scenario.definitions);
    const boundOf = (run: JournaledRun): Bound => boundDefinition(definitions, nameOfDefinition(run, runs, stage));
    return { host: host.name, journal: plainJournals(runs, { names: stage.names, boundOf }), runs };
  } finally {
    await stage.leave();
  }
}

/** The definition that a run executes: as it was started, or as the call says that started it. */
function nameOfDefinition(run: JournaledRun, runs: readonly JournaledRun[], stage: PlayedStage): string {
  const own = stage.definitions.get(run.runId);
  if (own !== undefined) return own;
  const parent = runs.find(({ runId }) => runId === run.parent?.runId);
  const calls = parent?.decisions.flatMap(({ calls: asked }) => asked) ?? [];
  return String(calls.find(({ callId }) => callId === run.parent?.callId)?.input['definition']);
}

/** What scenarios wait for in journals: `read` gives those of the moment. */
export function journalWaits(
  read: () => Promise<readonly JournaledRun[]>,
  names: ReadonlyMap<string, string>,
): Pick<Stage, 'asksFor' | 'settled'> {
  const until = async (what: string, as: string, holds: (run: JournaledRun) => boolean): Promise<void> => {
    await eventually(
      async () => {
        const runs = await read();
        return runs.some((run) => nameOf(run, runs, names) === as && holds(run));
      },
      { what: `${what} of ${as}` },
    );
  };
  return {
    asksFor: (as, id) => until(`call or claim ${id}`, as, (run) => hasAskedFor(run, id)),
    settled: (as, callId) => until(`the end of call ${callId}`, as, (run) => hasSettled(run, callId)),
  };
}

function hasAskedFor({ decisions }: JournaledRun, id: string): boolean {
  return decisions.some(
    ({ calls, claims }) => calls.some((call) => call.callId === id) || claims.some((claim) => claim['lockId'] === id),
  );
}

function hasSettled({ decisions }: JournaledRun, id: string): boolean {
  return decisions.some(({ input }) => input.type === 'callSettled' && input.callId === id);
}
