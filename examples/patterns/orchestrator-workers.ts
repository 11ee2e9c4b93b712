// A planner splits a request, workers do the parts side by side, a synthesizer joins what they found.
// Answers: how do I have a model decide what is to be done, and others do it?
import { defineFlow, orchestratorWorkers, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'report',
  orchestratorWorkers({
    // Given `{ request }`; gives a plan with `subtasks`, or whatever the option `subtasks` says.
    planner: task('model:plan'),
    worker: task('model:section', { input: { title: '${{ item.title }}', words: '${{ item.words }}' } }),
    // Given `{ request, plan, results }`.
    synthesizer: task('model:join'),
    workers: 2,
  }),
);

const run = runLocal(flow, {
  input: { topic: 'bees' },
  handlers: {
    'model:plan': ({ request }) => {
      const { topic } = request as { topic: string };
      return {
        subtasks: [
          { title: `what ${topic} eat`, words: 10 },
          { title: `how ${topic} dance`, words: 20 },
        ],
      };
    },
    'model:section': ({ title, words }) => `${title}, in ${words} words`,
    'model:join': ({ results }) => (results as string[]).join('; '),
  },
});
for await (const { update } of run.stream('updates')) {
  if (update.kind === 'completed') console.log(update.label ?? update.at, update.output ?? '');
}
console.log((await run.ended).outcome);
