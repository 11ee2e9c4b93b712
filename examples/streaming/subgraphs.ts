// What happens within a subgraph is seen from outside, by its path; and what its state is, at any moment.
// Answers: how do I follow what a subgraph does?
import { defineFlow, edge, graph, mapOver, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const page = graph({
  state: { name: replace<string>(), text: replace<string>(), words: replace<number>() },
  nodes: {
    read: task('tool:read', { writes: { text: '${{ output }}' } }),
    count: task('tool:count', { writes: { words: '${{ output }}' } }),
  },
  edges: [edge('read', 'count')],
});
const flow = defineFlow(
  'pages',
  graph({
    state: { names: replace<string[]>([]), pages: replace() },
    nodes: {
      pages: mapOver(
        { ...page, input: { name: '${{ item }}' } },
        {
          over: 'state.names',
          workers: 1,
          writes: { pages: '${{ output }}' },
        },
      ),
    },
    edges: [],
    output: ['pages'],
  }),
);

const run = runLocal(flow, {
  input: { names: ['home', 'about'] },
  handlers: {
    'tool:read': ({ name }) => `the text of ${name}`,
    'tool:count': ({ text }) => String(text).split(' ').length,
  },
});
for await (const { update } of run.stream('updates')) {
  const { kind, at, output } = update;
  // Levels are told apart by their paths; `committed` is the end of a step, when its updates have come in.
  if (kind !== 'started') console.log('  '.repeat(at.split('.').length - 1), kind, at, output ?? '');
}
