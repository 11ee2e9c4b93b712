// An answer that cannot be used is asked for again, with what was wrong about it.
// Answers: how do I check what a person has answered before the run goes on?
import { ask, choose, defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'signup',
  graph({
    state: { question: replace('How old are you?'), age: replace(), ticket: replace<string>() },
    nodes: {
      // Whoever shows the question makes a form by the schema; the answer may be anything all the same.
      ask: ask('${{ state.question }}', {
        actions: ['respond'],
        schema: { type: 'integer', minimum: 1 },
        writes: { age: '${{ output }}', question: '"${{ output }}" is no age. How old are you?' },
      }),
      sell: task('tool:sell', { input: { age: '${{ state.age }}' }, writes: { ticket: '${{ output }}' } }),
    },
    edges: [choose('ask', [{ when: 'output > 0', to: 'sell' }, { to: 'ask' }])],
    entry: 'ask',
    stepsMax: 20,
    output: ['ticket'],
  }),
);

const run = runLocal(flow, {
  handlers: { 'tool:sell': ({ age }) => (Number(age) < 18 ? 'half price' : 'full price') },
});
for (const value of ['thirty', -5, 30]) {
  const [question] = (await run.idle()).questions;
  if (question === undefined) throw new Error('it was to ask');
  console.log(question.question, '->', value);
  await run.answer(question, { action: 'respond', value });
}
console.log(await run.output());
