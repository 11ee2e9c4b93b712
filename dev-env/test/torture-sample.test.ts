import { expect, test } from 'vitest';
import { runTorture } from '../src/torture/run-torture.ts';
import { WORKFLOWS } from './use-cluster.ts';

test('a sample of the torture: two kills each of kernel, journal and GitHub extension', {
  timeout: 180_000,
}, async () => {
  const kills: string[] = [];
  const result = await runTorture({
    workflows: WORKFLOWS,
    seed: 20_261_120,
    kills: 2,
    issues: 12,
    durationMs: 8_000,
    onKill: ({ victim }) => kills.push(victim),
  });
  expect(result.problems).toEqual([]);
  expect(kills.sort()).toEqual(['github', 'github', 'kernel', 'kernel', 'local', 'local']);
});
