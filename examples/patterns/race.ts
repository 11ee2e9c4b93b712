// Several nodes side by side; the first that succeeds wins, and the others are told to stop.
// Answers: how do I take the quickest of several models, or a fallback after a while?
import { setImmediate, setTimeout } from 'node:timers/promises';
import { chain, defineFlow, race, task, wait } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'answer',
  race({
    big: task('model:big'),
    small: task('model:small'),
    // A hedge: begins only when nobody has answered by then.
    fallback: chain({ patience: wait(60_000), answer: task('model:fallback') }),
  }),
);

const handlers: LocalHandlers = {
  'model:big': (_, { signal }) => {
    // Whoever listens to the signal stops work that nobody wants any more.
    signal.addEventListener('abort', () => console.log('the big model stops'));
    return new Promise(() => {});
  },
  'model:small': async ({ question }) => {
    await setImmediate();
    // A failure does not win: the others go on.
    if (question === 'hard') throw new Error('too hard for me');
    return 'a short answer';
  },
};

console.log((await runLocal(flow, { handlers, input: { question: 'easy' } }).ended).outcome);

const quickBig: LocalHandlers = { ...handlers, 'model:big': () => setTimeout(20, 'a long answer') };
console.log((await runLocal(flow, { handlers: quickBig, input: { question: 'hard' } }).ended).outcome);
