// A person reviews what a model wants to call: approves it, edits it, answers in its place, or refuses it.
// Answers: how do I put a person between a model and its tools?
import { append, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'agent',
  graph({
    state: { messages: append<string>(), wish: replace<{ tool: string; city: string }>() },
    nodes: {
      model: task('model:chat', { writes: { messages: '${{ output.text }}', wish: '${{ output.wish }}' } }),
      tool: task('tool:weather', {
        input: '${{ state.wish }}',
        interrupt: { before: { question: 'Call ${{ input.tool }} for ${{ input.city }}?' } },
        writes: { messages: '${{ output }}' },
        // What a person refuses goes back to the model, with the reason.
        onError: { goto: 'refused' },
      }),
      refused: task('tool:refused', { writes: { messages: '${{ output }}' } }),
    },
    edges: [
      choose('model', [{ when: 'output.wish', to: 'tool' }, { to: '$end' }]),
      edge('tool', 'model'),
      edge('refused', 'model'),
    ],
    entry: 'model',
    stepsMax: 20,
    output: ['messages'],
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ messages }) => {
    const told = (messages as string[]).at(-1);
    if (told !== undefined) return { text: `so: ${told}`, wish: null };
    return { text: 'I look it up', wish: { tool: 'weather', city: 'Rom' } };
  },
  'tool:weather': ({ city }) => `it is sunny in ${city}`,
  'tool:refused': ({ error }) => (error as { message: string }).message,
};

const ANSWERS = [
  { action: 'approve' },
  { action: 'edit', value: { tool: 'weather', city: 'Rome' } },
  { action: 'respond', value: 'it rains, I looked out of the window' },
  { action: 'reject', value: 'ask for the weather in Paris' },
];
for (const answer of ANSWERS) {
  const run = runLocal(flow, { handlers });
  const [question] = (await run.idle()).questions;
  if (question === undefined) throw new Error('it was to ask');
  console.log(question.question, answer.action);
  await run.answer(question, answer);
  console.log(await run.output());
}
