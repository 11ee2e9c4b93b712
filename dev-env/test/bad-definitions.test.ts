import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runsEnded } from '../src/harness/settle.ts';
import { useCluster, WORKFLOWS } from './use-cluster.ts';

const cluster = useCluster({ workflows: WORKFLOWS });

const NAME = '.tau/workflows/triage.yml';
const TRIAGE = readFileSync(join(WORKFLOWS, 'triage.yml'), 'utf8');

test.each([
  ['malformed YAML', TRIAGE.replace('jobs:', 'jobs: ]['), /./],
  ['a job that needs another that is not there', TRIAGE.replace('needs: classify', 'needs: clasify'), /clasify/],
  ['an expression that is none', TRIAGE.replace('needs.classify.outputs.kind }}', 'needs.classify.outputs. }}'), /./],
])('%s is refused with its position, and the old version stays in service', async (_, source, message) => {
  const { client } = cluster();
  const before = await client.listDefinitions();
  expect(before.map(({ name }) => name)).toEqual([NAME]);

  const result = await client.putDefinition({ name: NAME, source });
  expect(result.accepted).toBe(false);
  if (result.accepted) return;
  const [diagnostic] = result.diagnostics;
  expect(diagnostic).toMatchObject({ file: NAME, message: expect.stringMatching(message) });
  const changed = source.split('\n').findIndex((line, index) => line !== TRIAGE.split('\n')[index]) + 1;
  expect(Math.abs((diagnostic?.line ?? 0) - changed)).toBeLessThanOrEqual(1);
  expect(diagnostic?.column).toBeGreaterThan(0);
  expect(await client.listDefinitions()).toEqual(before);
});

test('after the refusals an event still starts the old version', async () => {
  const { client, standIn } = cluster();
  const issue = await standIn.reporter.openIssue('Feature: survive', 'Please.');
  const [run] = await runsEnded(client, { sessionId: 'github/octo/shop', count: 1, limitMs: 20_000 });
  expect(run).toMatchObject({ definitionName: NAME, status: 'succeeded' });
  expect((await standIn.owner.issue(issue.number)).labels.map(({ name }) => name)).toEqual(['triaged', 'enhancement']);
});
