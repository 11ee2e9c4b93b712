import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capability } from 'tau-core/extension';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { journalDifference } from '../src/harness/journal-difference.ts';
import { localScenarios } from '../src/harness/local-scenarios.ts';
import { ownFolder } from '../src/harness/owned.ts';
import { type PlayedStage, playOn, type ScenarioHost } from '../src/harness/played.ts';
import { embeddedKernel, KernelProcesses, type ScenarioKernel } from '../src/harness/scenario-kernels.ts';
import { replayProblems } from '../src/harness/validate.ts';
import { SCENARIOS } from '../src/scenarios/all.ts';
import { lock } from '../src/scenarios/lock.ts';
import { questions } from '../src/scenarios/questions.ts';
import type { Scenario } from '../src/scenarios/scenario.ts';
import { sequence } from '../src/scenarios/sequence.ts';

const workspace = mkdtempSync(join(tmpdir(), 'tau-workspace-'));
ownFolder(workspace);
writeFileSync(join(workspace, 'lock.json'), '{"locked": true}\n');

let local: ScenarioHost;
let processes: KernelProcesses;
let kernels: readonly ScenarioKernel[] = [];

beforeAll(async () => {
  local = localScenarios(workspace);
  const [embedded, started] = await Promise.all([embeddedKernel(workspace), KernelProcesses.start({ workspace })]);
  processes = started;
  kernels = [embedded, started];
});
afterAll(async () => {
  await Promise.all([local, ...kernels].map((host) => host.close()));
  rmSync(workspace, { recursive: true, force: true });
});

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  '%s leaves the same journal on every host',
  async (_, scenario) => {
    const [played, ...others] = await Promise.all([local, ...kernels].map((host) => playOn(host, scenario)));
    if (played === undefined) throw new Error('it was played nowhere');
    expect(
      others
        .map((other) => journalDifference(played, other))
        .filter(Boolean)
        .join('\n\n'),
    ).toBe('');
    for (const { begin, decisions, outcome } of played.runs) {
      expect([decisions.length > 0, outcome === undefined], begin.runId).toEqual([true, false]);
    }
  },
);

test.each([questions, lock].map((scenario) => [scenario.name, scenario] as const))(
  '%s leaves the same journal when the kernel is killed before each answer',
  async (_, scenario) => {
    const again = { ...scenario, name: `${scenario.name}-killed` };
    const stage = async (one: Scenario): Promise<PlayedStage> => {
      const played = await processes.stage(one);
      const answer: PlayedStage['answer'] = async (...given) => {
        await processes.restartKernel();
        return played.answer(...given);
      };
      return { ...played, answer };
    };
    const [played, killed] = await Promise.all([
      playOn(local, again),
      playOn({ name: 'killed', stage, close: async () => undefined }, again),
    ]);
    expect(journalDifference(played, killed) ?? '').toBe('');
  },
);

test('every session of the kernels replays from its journal to the state that it has', async () => {
  for (const { channel } of kernels) expect(await replayProblems(channel)).toEqual([]);
});

test('a handler that answers something else leaves another journal, and the difference is told', async () => {
  const changed = capability('same:sequence-step', { description: 'counts wrongly' }, ({ number }) => ({
    sum: Number(number) + (number === 2 ? 1 : 0),
    notes: `${String(number)} changed`,
  }));
  const played = await playOn(local, { ...sequence, name: 'sequence-again' });
  const other = await playOn(local, { ...sequence, name: 'sequence-changed', capabilities: () => [changed] });
  expect(journalDifference(played, played)).toBeUndefined();
  expect(journalDifference(played, { ...other, host: 'changed' })).toMatchInlineSnapshot(`
    "local and changed differ in run run, at line 7, after:
        > begin {}
            {"at":"","type":"NodeStarted"}
            {"at":"","type":"GraphStarted"}
            -> call {"callId":"a","capability":"same:sequence-step","input":{"before":0,"number":1}}
    local:
        > callSettled {"callId":"a","outcome":{"kind":"ok","output":{"notes":"1 after 0","sum":1}}}
            {"at":"a","output":{"notes":"1 after 0","sum":1},"type":"NodeEnded"}
            {"at":"","due":["b"],"type":"Stepped"}
    changed:
        > callSettled {"callId":"a","outcome":{"kind":"ok","output":{"notes":"1 changed","sum":1}}}
            {"at":"a","output":{"notes":"1 changed","sum":1},"type":"NodeEnded"}
            {"at":"","due":["b"],"type":"Stepped"}"
  `);
});
