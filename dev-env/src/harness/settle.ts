import type { RunView, TauClient } from 'tau-core/client';
import { eventually } from 'tau-core/testing';

const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled'];

/** Waits until a session has `count` runs and all have ended, in whatever way; gives them. */
export function runsEnded(
  client: TauClient,
  session: { readonly sessionId: string; readonly count: number; readonly limitMs: number },
): Promise<readonly RunView[]> {
  const { sessionId, count, limitMs } = session;
  let last = 'none';
  return eventually(
    async () => {
      const runs = await client.listRuns({ sessionId });
      last = `${runs.length} runs, ${runs.filter(({ status }) => ENDED.includes(status)).length} ended`;
      return runs.length >= count && runs.every(({ status }) => ENDED.includes(status)) ? runs : undefined;
    },
    { what: `${count} runs of ${sessionId} to end`, limitMs },
  ).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : String(error)}; seen last: ${last}`, { cause: error });
  });
}

/** One line for each run that did not succeed, and one when there are more or fewer than expected. */
export function runProblems(runs: readonly RunView[], count: number): readonly string[] {
  const found = runs
    .filter(({ status }) => status !== 'succeeded')
    .map(({ runId, status, outcome }) => {
      const why = outcome !== undefined && 'error' in outcome ? `: ${outcome.error.message}` : '';
      return `run ${runId} ${status}${why}`;
    });
  return runs.length === count ? found : [...found, `${runs.length} runs, expected ${count}`];
}
