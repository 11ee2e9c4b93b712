// What a graph takes and what it gives: keys with types that are checked, an output of some of them only.
// Answers: how do I say what goes into my graph and what comes out of it, and what happens when it does not fit?
import { TauError } from 'tau-core';
import { defineFlow, edge, graph, replace, type StateOf, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const invoice = graph({
  state: {
    amount: replace<number>(0, { type: 'number' }),
    taxes: replace<number>(0, { type: 'number' }),
    total: replace<number>(0, { type: 'number' }),
  },
  nodes: {
    tax: task('tool:tax', { writes: { taxes: '${{ output }}' } }),
    sum: task('tool:sum', { writes: { total: '${{ output }}' } }),
  },
  edges: [edge('tax', 'sum')],
  output: ['total'],
});
const flow = defineFlow('invoice', invoice);

const handlers: LocalHandlers = {
  'tool:tax': (state) => (state as StateOf<typeof invoice>).amount * 0.2,
  'tool:sum': (state) => {
    // TypeScript knows the state of the graph.
    const { amount, taxes } = state as StateOf<typeof invoice>;
    return amount + taxes;
  },
};

const { outcome } = await runLocal(flow, { handlers, input: { amount: 100 } }).ended;
console.log(outcome);

// An input that fits no key is refused before the run begins: `ended` rejects.
for (const input of [{ amount: 'a lot' }, { amuont: 100 }]) {
  try {
    console.log(await runLocal(flow, { handlers, input }).ended);
  } catch (thrown) {
    console.log(thrown instanceof TauError ? `refused: ${thrown.message}` : thrown);
  }
}

// What a node writes is checked as well: then the run fails.
const wrong = { ...handlers, 'tool:tax': () => 'twenty' };
const failed = await runLocal(flow, { handlers: wrong, input: { amount: 100 } }).ended;
console.log(failed.outcome.kind === 'failed' ? failed.outcome.error.message : failed.outcome);
