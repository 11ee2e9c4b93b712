import type { RunView } from 'tau-core/client';
import type { CommandSession } from './context.js';
import { Timeline } from './format/timeline.js';

export const EXIT_INTERRUPTED = 130;

/** Exit code of a command that waited for a run: whether the run succeeded. */
export function runExitCode({ status }: RunView): number {
  return status === 'succeeded' ? 0 : 1;
}

/**
 * Prints what happens to a run, from a sequence number, until its end; gives the command's exit code. An interrupt
 * (Ctrl-C) leaves the run alone and tells how to come back.
 */
export async function followRun(session: CommandSession, runId: string, fromSeq: number): Promise<number> {
  const { client, output, ports } = session;
  const timeline = new Timeline(output.colours);
  const interrupt = new AbortController();
  const endListening = ports.onInterrupt(() => interrupt.abort());
  let nextSeq = fromSeq;
  try {
    for await (const item of client.watchRun(runId, { fromSeq, signal: interrupt.signal, progress: true })) {
      if (item.kind === 'event') nextSeq = item.event.seq + 1;
      output.print(item, ...timeline.lines(item));
    }
  } catch (thrown) {
    if (!interrupt.signal.aborted) {
      // Its kernel stayed away: the run goes on when it is back.
      if (nextSeq > fromSeq) output.hint(`Watch it again: tau watch ${runId} --from ${nextSeq}`);
      throw thrown;
    }
    if (output.json) output.print({ kind: 'detached', runId, nextSeq });
    output.hint(`\nThe run goes on. Watch it: tau watch ${runId} --from ${nextSeq}   Cancel it: tau cancel ${runId}`);
    return EXIT_INTERRUPTED;
  } finally {
    endListening();
  }
  const run = await client.getRun(runId);
  if (output.json) output.print({ kind: 'run', run });
  return runExitCode(run);
}
