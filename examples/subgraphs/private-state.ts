// Keys that nodes pass to each other, and that neither the caller nor the output of the graph has to do with.
// Answers: how do I keep working values out of what my graph takes and gives?
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'answer',
  graph({
    state: {
      question: replace<string>(),
      answer: replace<string>(),
      // Private: `output` leaves them out, and each node is given those only that its `input` names.
      query: replace<string>(),
      documents: replace<string[]>([]),
    },
    nodes: {
      ask: task('model:query', { input: { question: '${{ state.question }}' }, writes: { query: '${{ output }}' } }),
      retrieve: task('tool:retrieve', {
        input: { query: '${{ state.query }}' },
        writes: { documents: '${{ output }}' },
      }),
      generate: task('model:generate', {
        input: { question: '${{ state.question }}', documents: '${{ state.documents }}' },
        writes: { answer: '${{ output }}' },
      }),
    },
    edges: [edge('ask', 'retrieve'), edge('retrieve', 'generate')],
    output: ['question', 'answer'],
  }),
);

const { outcome } = await runLocal(flow, {
  input: { question: 'foo' },
  handlers: {
    'model:query': (input) => {
      console.log('the query is made of', Object.keys(input));
      return `${input.question} rephrased as a query`;
    },
    'tool:retrieve': (input) => {
      console.log('documents are found by', Object.keys(input));
      return [`a document about "${input.query}"`];
    },
    'model:generate': (input) => {
      console.log('the answer is made of', Object.keys(input));
      return (input.documents as string[]).join(', ');
    },
  },
}).ended;
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
