import type { Json } from 'tau-core';
import { jsonContent, type RunEvent, type TauClient } from 'tau-core/client';
import { eventually } from 'tau-core/testing';
import type { Scenario } from '../scenarios/scenario.ts';
import { type JournaledRun, kernelJournal } from './journaled-run.ts';
import { journalWaits, type PlayedStage } from './played.ts';

/** Puts a scenario's definitions into service. @throws Error with the diagnostics of one that is refused. */
export async function putDefinitions(client: TauClient, { definitions }: Pick<Scenario, 'definitions'>): Promise<void> {
  for (const definition of definitions) {
    const result = await client.putDefinition(definition);
    if (!result.accepted) throw new Error(`${definition.name}: ${JSON.stringify(result.diagnostics)}`);
  }
}

/** All events of a run. */
export async function historyOf(client: TauClient, runId: string): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const page of client.history(runId)) events.push(...page.events);
  return events;
}

const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** A scenario on a kernel, wherever that is: only its clients' interface is used. */
export async function kernelStage(client: TauClient, scenario: Scenario): Promise<PlayedStage> {
  const sessionId = `same/${scenario.name}`;
  await client.ensureSession({ sessionId });
  await putDefinitions(client, scenario);
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const definitions = new Map<string, string>();
  const idOf = (as: string): string => {
    const id = ids.get(as);
    if (id === undefined) throw new Error(`no run "${as}"`);
    return id;
  };
  const current = async (): Promise<readonly JournaledRun[]> => {
    const runs = await client.listRuns({ sessionId });
    return Promise.all(runs.map(async ({ runId }) => kernelJournal(runId, await historyOf(client, runId))));
  };
  return {
    names,
    definitions,
    idOf,
    async start(as, definition, input = {}) {
      const { run } = await client.startRun({ sessionId, definition, input });
      ids.set(as, run.runId);
      names.set(run.runId, as);
      definitions.set(run.runId, definition);
    },
    async answer(as, callId, answer: Json) {
      const question = await eventually(
        async () => (await client.getRun(idOf(as))).interrupts.find(({ interruptId }) => interruptId === callId),
        { what: `question ${callId} of ${as}` },
      );
      await client.resolveInterrupt(idOf(as), { interruptId: callId, version: question.version, answer });
    },
    async fork(as, of, callId, edit) {
      const past = await historyOf(client, idOf(of));
      const atSeq =
        past.find(({ data }) => JSON.stringify(data['calls'] ?? []).includes(`"callId":"${callId}"`))?.seq ?? 0;
      const { runId } = await client.forkRun(idOf(of), { atSeq, edit });
      ids.set(as, runId);
      names.set(runId, as);
      definitions.set(runId, definitions.get(idOf(of)) ?? '');
    },
    async send(as, content) {
      await client.sendInput(idOf(as), { mode: 'steer', content: jsonContent(content) });
    },
    async cancel(as, reason) {
      await client.cancelRun(idOf(as), { reason });
    },
    ...journalWaits(current, names),
    async ended(as) {
      await eventually(async () => ENDED.includes((await client.getRun(idOf(as))).status), { what: `${as} to end` });
    },
    async journals() {
      await eventually(
        async () => (await client.listRuns({ sessionId })).every(({ status }) => ENDED.includes(status)),
        { what: `the runs of ${sessionId} to end` },
      );
      return current();
    },
    leave: async () => undefined,
  };
}
