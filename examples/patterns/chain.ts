// Steps one after another, each given what the one before gave; a gate in between ends it early.
// Answers: how do I put one model call after another?
import { chain, defineFlow, pass, route, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'joke',
  chain({
    write: task('model:write', { input: { topic: '${{ input.topic }}' } }),
    // A gate: what is funny already is left as it is.
    polish: route(
      { funny: { when: "contains(input.joke, '!')", node: pass() } },
      {
        otherwise: chain({
          improve: task('model:improve'),
          finish: task('model:finish'),
        }),
      },
    ),
  }),
);

const handlers: LocalHandlers = {
  'model:write': ({ topic }) => ({ joke: topic === 'cats' ? 'a cat walks in!' : `a ${topic} walks in` }),
  'model:improve': ({ joke }) => ({ joke: `${joke}, and the bar is high` }),
  'model:finish': ({ joke }) => ({ joke: `${joke}!` }),
};

for (const topic of ['cats', 'dog']) {
  const { outcome } = await runLocal(flow, { handlers, input: { topic } }).ended;
  console.log(topic, outcome);
}
