// At a breakpoint a person puts the input of the next node right, or changes the state of the graph itself.
// Answers: how do I correct what a model got wrong before the run goes on?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'search',
  graph({
    state: { query: replace<string>(), results: append<string>() },
    nodes: {
      plan: task('model:plan', { writes: { query: '${{ output }}' } }),
      search: task('tool:search', {
        input: { query: '${{ state.query }}' },
        interrupt: { before: { question: 'Search for "${{ state.query }}"?', actions: ['approve', 'edit'] } },
        writes: { results: '${{ output }}' },
      }),
    },
    edges: [edge('plan', 'search')],
  }),
);

const handlers: LocalHandlers = {
  'model:plan': () => 'wether in SF',
  'tool:search': ({ query }) => `results for "${query}"`,
};
const store = memoryStore();
const run = runLocal(flow, { runId: 'run', store, handlers });
const [question] = (await run.idle()).questions;
if (question === undefined) throw new Error('it was to ask');
console.log(question.question);
const { seq } = await openRuns(store).at('run');

// The node's input alone: the state still has the misspelled query.
await run.answer(question, { action: 'edit', value: { query: 'weather in SF' } });
console.log((await run.ended).outcome);

// The state itself: a fork from the breakpoint, whose question is asked anew as the state is now.
const fork = await openRuns(store).fork(flow, 'run', {
  runId: 'fork',
  handlers,
  atSeq: seq,
  edit: { values: { query: 'weather in Rome' }, goto: ['search'] },
});
const [again] = (await fork.idle()).questions;
console.log(again?.question);
if (again !== undefined) await fork.answer(again, { action: 'approve' });
console.log((await fork.ended).outcome);
