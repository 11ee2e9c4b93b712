// A node that asks after it has run: its output counts only once a person has taken it, as it is or edited.
// Answers: how does a person review, and put right, what a model wrote?
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandler, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'publish',
  chain({
    write: task('model:write', {
      interrupt: { after: { question: 'Publish "${{ output.text }}"?', actions: ['approve', 'edit', 'reject'] } },
    }),
    publish: task('tool:publish'),
  }),
);

const handlers: Record<string, LocalHandler> = {
  'model:write': () => ({ text: 'Bees is great' }),
  'tool:publish': ({ text }) => ({ published: String(text) }),
};

for (const answer of [{ action: 'approve' }, { action: 'edit', value: { text: 'Bees are great' } }]) {
  const run = runLocal(flow, { handlers });
  // Questions are also seen as they are asked and closed.
  const watched = run.stream('questions');
  for await (const item of watched) {
    if (item.mode !== 'questions') continue;
    const { id, version, question } = item.question;
    console.log(`${item.change}: ${question}`);
    if (item.change === 'asked') await run.answer(id, version, answer);
  }
  console.log((await run.ended).outcome);
}
