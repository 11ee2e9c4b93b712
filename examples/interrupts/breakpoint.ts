// A node that asks before it runs: the run waits, for as long as it takes, and goes on with the answer.
// Answers: how do I have a person approve a step before it happens?
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'mail',
  graph({
    state: { text: append<string>() },
    nodes: {
      write: task('model:write', { writes: { text: '${{ output }}' } }),
      send: task('tool:send', {
        interrupt: { before: { question: 'Send this? ${{ state.text[0] }}', actions: ['approve', 'reject'] } },
        writes: { text: '${{ output }}' },
      }),
    },
    edges: [edge('write', 'send')],
  }),
);

const handlers = {
  'model:write': () => 'Dear Mona, ...',
  'tool:send': () => {
    console.log('sending');
    return 'sent';
  },
};

for (const answer of [{ action: 'approve' }, { action: 'reject', value: 'too short' }]) {
  const run = runLocal(flow, { handlers });
  // `idle` resolves when nothing but people can bring the run on.
  const { status, questions } = await run.idle();
  const [question] = questions;
  if (question === undefined) throw new Error('it was to ask');
  console.log(`${status}: ${question.question} ${question.actions?.join('/')}`);
  await run.answer(question, answer);
  const { outcome } = await run.ended;
  console.log(outcome.kind === 'failed' ? outcome.error.message : outcome);
}
