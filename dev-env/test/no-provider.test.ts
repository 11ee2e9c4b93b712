import { expect, test } from 'vitest';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

const DEADLINE_MS = 1_200;
/** Late is allowed: a busy machine. Early, or never, is not. */
const LATE_MS_MAX = 5_000;

test('an action that nobody offers ends in NO_PROVIDER at its deadline', async () => {
  const { client } = cluster();
  const source = `
on: workflow_dispatch
jobs:
  call:
    steps:
      - uses: nobody/is-here@v1
        timeout-minutes: ${DEADLINE_MS / 60_000}
`;
  const put = await client.putDefinition({ name: 'absent.yml', source });
  expect(put).toMatchObject({ accepted: true });

  await client.ensureSession({ sessionId: 'harness/absent' });
  const { run } = await client.startRun({ sessionId: 'harness/absent', definition: 'absent.yml' });
  for await (const _ of client.watchRun(run.runId)) {
    // To the end of the run.
  }
  const ended = await client.getRun(run.runId);
  expect(ended.status).toBe('failed');
  expect(JSON.stringify(ended.outcome)).toContain('TAU-3001');
  const tookMs = (ended.endedMs ?? 0) - ended.startedMs;
  expect(tookMs).toBeGreaterThanOrEqual(DEADLINE_MS);
  expect(tookMs).toBeLessThan(DEADLINE_MS + LATE_MS_MAX);
});
