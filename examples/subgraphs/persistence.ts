// One store keeps a run with all its subgraphs: each checkpoint has the state of all levels.
// Answers: does a subgraph need a store of its own, and where is its state kept?
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const inner = graph({
  state: { foo: replace<string>(), bar: replace<string>() },
  nodes: {
    one: task('tool:write', { input: { text: 'bar' }, writes: { bar: '${{ output }}' } }),
    two: task('tool:write', { input: { text: '${{ state.foo }}${{ state.bar }}' }, writes: { foo: '${{ output }}' } }),
  },
  edges: [edge('one', 'two')],
  output: ['foo'],
});
const flow = defineFlow(
  'outer',
  graph({
    state: { foo: replace<string>() },
    nodes: {
      first: task('tool:write', { input: { text: 'hi! ${{ state.foo }}' }, writes: { foo: '${{ output }}' } }),
      inner: { ...inner, input: { foo: '${{ state.foo }}' } },
    },
    edges: [edge('first', 'inner')],
  }),
);

const store = memoryStore();
await runLocal(flow, {
  runId: 'one',
  store,
  input: { foo: 'foo' },
  handlers: { 'tool:write': ({ text }) => String(text) },
}).ended;

const runs = openRuns(store);
for (const { seq, input } of await runs.checkpoints('one')) {
  const { view, calls } = await runs.at('one', seq);
  const told = input?.type === 'callSettled' ? `${input.callId} has ended` : input?.type;
  console.log(`${seq}. ${told}: ${JSON.stringify(view['values'])}, open: ${calls.join(', ') || 'nothing'}`);
}
