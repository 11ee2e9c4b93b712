// A call whose tries are used up is kept: the run waits for somebody to mend what is broken, and goes on where it was.
// Answers: how do I find what failed for good, and do it again without starting from the beginning?

import { tauError } from 'tau-core';
import { fixedRetry } from 'tau-orchestrate';
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'order',
  chain({
    reserve: task('tool:reserve'),
    charge: task('tool:charge', { retry: fixedRetry(2, 1) }),
    ship: task('tool:ship'),
  }),
);

let isBroken = true;
const handlers: LocalHandlers = {
  'tool:reserve': () => {
    console.log('reserved');
    return { item: 'a book' };
  },
  'tool:charge': (order) => {
    if (isBroken) throw tauError('STEP_FAILED', 'the bank is closed', { retryable: true });
    return order;
  },
  'tool:ship': ({ item }) => `${item} is on its way`,
};
const store = memoryStore();
const runs = openRuns(store);

// `hold`: the run is not told of the failure.
const held = runLocal(flow, { runId: 'held', store, handlers, deadLetters: 'hold' });
console.log(await held.idle());
// `fail`, the default: it is, and ends.
console.log((await runLocal(flow, { runId: 'failed', store, handlers }).ended).outcome.kind);

const letters = await runs.deadLetters();
for (const { runId, callId, attempts, error } of letters) {
  console.log(`${runId}: ${callId} after ${attempts} tries: ${error.message}`);
}

isBroken = false;
for (const letter of letters) {
  // The run that waits goes on; of the one that ended, a fork goes on from just before its failure.
  const { how, run = held } = await runs.requeue(flow, letter, { handlers, runId: `${letter.runId}-again` });
  console.log(letter.runId, how, (await run.ended).outcome);
}
console.log(await runs.deadLetters());
