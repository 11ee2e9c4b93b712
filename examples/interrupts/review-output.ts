// A node that asks after it has run: its output counts only once a person has taken it, as it is or edited.
// Answers: how does a person review, and put right, what a model wrote?
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'publish',
  chain({
    write: task('model:write', {
      interrupt: { after: { question: 'Publish "${{ output.text }}"?', actions: ['approve', 'edit', 'reject'] } },
    }),
    publish: task('tool:publish'),
  }),
);

const handlers: LocalHandlers = {
  'model:write': () => ({ text: 'Bees is great' }),
  'tool:publish': ({ text }) => ({ published: String(text) }),
};

for (const answer of [{ action: 'approve' }, { action: 'edit', value: { text: 'Bees are great' } }]) {
  const run = runLocal(flow, { handlers });
  // Questions are also seen as they are asked and closed.
  const watched = run.stream('questions');
  for await (const { change, question } of watched) {
    console.log(`${change}: ${question.question}`);
    if (change === 'asked') await run.answer(question, answer);
  }
  console.log((await run.ended).outcome);
}
