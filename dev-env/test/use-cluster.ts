import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';
import { Cluster, type ClusterOptions } from '../src/harness/cluster.ts';
import { ownFolder } from '../src/harness/owned.ts';
import { replayProblems } from '../src/harness/validate.ts';

/** The umbrella's own workflows. */
export const WORKFLOWS = join(ROOT, '.tau', 'workflows');

/** A folder without workflows: nothing starts a run but the test itself. */
export function noWorkflows(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tau-workflows-'));
  ownFolder(folder);
  mkdirSync(join(folder, 'empty'));
  return join(folder, 'empty');
}

/**
 * A cluster for the tests of one file. After each of them every region must replay from its journal to the state that
 * it has, and in the end every process must stop when asked.
 */
export function useCluster(options: ClusterOptions): () => Cluster {
  let cluster: Cluster | undefined;
  const get = (): Cluster => {
    if (cluster === undefined) throw new Error('the cluster has not started');
    return cluster;
  };
  beforeAll(async () => {
    cluster = await Cluster.start(options);
  });
  afterEach(async () => {
    expect(await replayProblems(get().channel)).toEqual([]);
  });
  afterAll(async () => {
    expect(await cluster?.stop()).toEqual([]);
  });
  return get;
}
