// Every decision of a run is kept: its state at any moment can be read, and any two moments compared.
// Answers: what happened in this run, and what did the state look like before that step?
import { add, append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'shopping',
  graph({
    state: { cart: append<string>(), price: add() },
    nodes: {
      bread: task('tool:take', {
        input: { what: 'bread', price: 3 },
        writes: { cart: '${{ output.what }}', price: '${{ output.price }}' },
      }),
      milk: task('tool:take', {
        input: { what: 'milk', price: 1 },
        writes: { cart: '${{ output.what }}', price: '${{ output.price }}' },
      }),
    },
    edges: [edge('bread', 'milk')],
  }),
);

const store = memoryStore();
const run = runLocal(flow, { runId: 'shop', store, handlers: { 'tool:take': (input) => input } });
await run.ended;

const runs = openRuns(store);
const history = await runs.checkpoints('shop');
for (const { seq, input } of history) {
  const { view, calls } = await runs.at('shop', seq);
  console.log(
    `${seq}. told: ${input?.type}, values: ${JSON.stringify(view['values'])}, open: ${calls.join() || 'nothing'}`,
  );
}

for (const difference of await runs.diff('shop', 1, 2)) console.log(difference);
