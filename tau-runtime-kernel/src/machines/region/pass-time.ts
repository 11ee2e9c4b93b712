import { errorData, type RunId } from 'tau-core';
import { advanceRun, endRun } from './advance-run.js';
import { type Draft, runIn } from './draft.js';
import { definitionOf, languageOf } from './programs.js';

/** Time has passed for a run: its own deadline, or one of its program's. Waking it early changes nothing. */
export function passTime(draft: Draft, runId: RunId): void {
  const run = runIn(draft, runId);
  if (run === undefined) return;
  if (draft.now >= run.deadlineMs) {
    const message = `the run did not end within ${run.deadlineMs - run.begin.startedAt} ms; give it more with a longer timeout`;
    return endRun(draft, run.runId, { kind: 'failed', error: errorData('RUN_DEADLINE', message) });
  }
  const definition = definitionOf(draft.state, run);
  const due = languageOf(draft.programs, run.definition).program.nextDeadline(definition, run.program);
  if (due !== undefined && draft.now >= due) advanceRun(draft, run.runId, { type: 'deadline' });
}
