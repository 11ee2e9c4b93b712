// A person looks into a subgraph that waits, and changes its state before it goes on.
// Answers: how do I view and update the state of a subgraph?
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const weather = graph({
  state: { city: replace<string>(), forecast: replace<string>() },
  nodes: {
    city: task('model:city', { writes: { city: '${{ output }}' } }),
    forecast: task('tool:forecast', {
      interrupt: { before: { question: 'Look up the weather of ${{ state.city }}?', actions: ['approve'] } },
      writes: { forecast: '${{ output }}' },
    }),
  },
  edges: [edge('city', 'forecast')],
});
const flow = defineFlow(
  'assistant',
  graph({
    state: { question: replace<string>(), answer: replace<string>() },
    nodes: { weather: { ...weather, writes: { answer: '${{ output.forecast }}' } } },
    edges: [],
  }),
);

const store = memoryStore();
const handlers = {
  'model:city': () => 'San Francisco',
  'tool:forecast': ({ city }: { city?: unknown }) => `it is sunny in ${city}`,
};
const run = runLocal(flow, { runId: 'first', store, handlers, input: { question: 'the weather in SF?' } });
const { questions } = await run.idle();
console.log(questions[0]?.question);

// The view names all that is open. The state of the subgraph is in the moment's state.
console.log(run.view()['open']);

// A fork goes on from where the run is now, with the city changed in the graph at the path "weather".
const runs = openRuns(store);
const { seq } = await runs.at('first');
const edited = await runs.fork(flow, 'first', {
  runId: 'second',
  handlers,
  atSeq: seq,
  edit: { at: 'weather', values: { city: 'Los Angeles' }, goto: ['forecast'] },
});
const [question] = (await edited.idle()).questions;
console.log(question?.question);
if (question !== undefined) await edited.answer(question, { action: 'approve' });
console.log(await edited.output());
