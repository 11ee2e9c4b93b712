// A node that is a question: what a person says is its output.
// Answers: how does my graph ask the user something, and use the answer?
import { ask, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'weather',
  graph({
    state: { request: replace<string>(), city: replace<string>(), answer: replace<string>() },
    nodes: {
      read: task('model:read', { writes: { city: '${{ output.city }}' } }),
      where: ask('In which city?', {
        // `respond` takes the answer's value as the output. The schema is for whoever shows the question.
        actions: ['respond'],
        schema: { type: 'string' },
        writes: { city: '${{ output }}' },
      }),
      look: task('tool:weather', { writes: { answer: '${{ output }}' } }),
    },
    edges: [
      edge('read', 'where', 'state.city == null'),
      edge('read', 'look', 'state.city != null'),
      edge('where', 'look'),
    ],
    output: ['answer'],
  }),
);

const handlers = {
  'model:read': ({ request }: { request?: unknown }) => ({ city: /in (\w+)/.exec(String(request))?.[1] ?? null }),
  'tool:weather': ({ city }: { city?: unknown }) => `it is sunny in ${city}`,
};

for (const request of ['weather in Paris?', 'what is the weather?']) {
  const run = runLocal(flow, { handlers, input: { request } });
  const { questions } = await run.idle();
  for (const question of questions) {
    console.log(`${request} - ${question.question}`);
    await run.answer(question, { action: 'respond', value: 'Rome' });
  }
  console.log(await run.output());
}
