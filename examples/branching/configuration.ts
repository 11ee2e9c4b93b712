// What differs from run to run, and is no part of the state: `vars`, which all expressions of a run see.
// Answers: how do I choose a model, or a mode, as I start a run?
import { choose, defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'assistant',
  graph({
    state: { question: replace<string>(), answer: replace<string>() },
    nodes: {
      answer: task('model:chat', {
        input: { model: "${{ vars.model || 'small' }}", text: '${{ state.question }}' },
        writes: { answer: '${{ output }}' },
      }),
      review: task('model:chat', {
        input: { model: 'large', text: 'Is this right? ${{ state.answer }}' },
        writes: { answer: '${{ output }}' },
      }),
    },
    edges: [choose('answer', [{ when: 'vars.careful', to: 'review' }])],
  }),
);

const handlers = { 'model:chat': ({ model, text }: { model?: unknown; text?: unknown }) => `${model}("${text}")` };
for (const vars of [{}, { model: 'medium' }, { careful: true }]) {
  console.log(await runLocal(flow, { vars, handlers, input: { question: 'Do bees sleep?' } }).output());
}
