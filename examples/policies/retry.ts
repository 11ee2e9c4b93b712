// A failed call is tried again, with waits that grow, as long as its error says that this may help.
// Answers: how do I retry a flaky service, and which errors are retried?
import { tauError } from 'tau-core';
import { exponentialRetry, fixedRetry } from 'tau-orchestrate';
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'order',
  chain({
    // Each node has a policy of its own. In earnest: `exponentialRetry()`, five tries after 1, 2, 4 and 8 seconds.
    model: task('model:chat', { retry: exponentialRetry({ attemptsMax: 4, firstDelayMs: 2, delayMaxMs: 10 }) }),
    store: task('tool:store', { retry: fixedRetry(2, 1) }),
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ question }, { attempt, idempotencyKey }) => {
    console.log(`asking the model, try ${attempt} of ${idempotencyKey}`);
    // An error of the catalogue says whether it is retryable. One that asks for a wait of its own gets that.
    if (attempt < 3) throw tauError('STEP_FAILED', 'overloaded', { retryable: true });
    return { answer: `42, as to "${question}"` };
  },
  'tool:store': ({ answer }, { attempt }) => {
    console.log(`storing, try ${attempt}`);
    // Any other error is a bug until somebody says otherwise: it is not tried again.
    if (answer === undefined) throw new Error('nothing to store');
    throw tauError('STEP_FAILED', 'the disk is slow', { retryable: true });
  },
};

const { outcome } = await runLocal(flow, { runId: 'run', handlers, input: { question: 'why?' } }).ended;
console.log(outcome.kind === 'failed' ? outcome.error : outcome);
