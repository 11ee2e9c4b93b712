// A run that is cancelled: its calls are told to stop, what was done is undone, and then it has ended.
// Answers: how do I stop a run, and what does it still do?
import { defineFlow, saga, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'machine',
  saga({
    start: { node: task('tool:start'), undo: task('tool:stop', { input: { machine: '${{ input.output.machine }}' } }) },
    train: task('tool:train'),
  }),
);

let training = (): void => {};
const handlers: LocalHandlers = {
  'tool:start': () => ({ machine: 'm1' }),
  'tool:train': (_, { signal }) => {
    signal.addEventListener('abort', () => console.log('training stops:', (signal.reason as Error).message));
    training();
    return new Promise(() => {});
  },
  'tool:stop': ({ machine }) => {
    console.log(`${machine} is stopped`);
    return null;
  },
};

/** Starts a run, and comes back once it trains. */
async function trainingRun(options: { readonly signal?: AbortSignal } = {}) {
  const isTraining = new Promise<void>((resolve) => {
    training = resolve;
  });
  const run = runLocal(flow, { handlers, ...options });
  await isTraining;
  return run;
}

// Gracefully: the program decides what is still to be done.
const graceful = await trainingRun();
graceful.cancel('too expensive');
console.log((await graceful.ended).outcome);

// The same by an AbortSignal, for whoever starts many things.
const abort = new AbortController();
const aborted = await trainingRun({ signal: abort.signal });
abort.abort('the server goes down');
console.log((await aborted.ended).outcome);

// At once: nothing cleans up.
const killed = await trainingRun();
killed.cancel('now', { kill: true });
console.log((await killed.ended).outcome);
