// A graph as a node of another graph: it takes the keys that both have, and writes them back as it ends.
// Answers: how do I put a graph into a graph?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

// A graph of its own: it could be run alone as well. Its output is its state, here but for the key `outline`.
const writing = graph({
  state: { topic: replace<string>(), text: replace<string>(), outline: replace<string>() },
  nodes: {
    outline: task('model:outline', { writes: { outline: '${{ output }}' } }),
    write: task('model:write', { writes: { text: '${{ output }}' } }),
  },
  edges: [edge('outline', 'write')],
  output: ['text'],
});

const flow = defineFlow(
  'article',
  graph({
    state: { topic: replace<string>(), text: replace<string>(), checks: append<string>() },
    nodes: {
      // Any node may be given an `input` of its own; a graph takes from it the first values of its keys.
      writing: { ...writing, input: { topic: '${{ state.topic }}' } },
      check: task('tool:check', { writes: { checks: '${{ output }}' } }),
    },
    edges: [edge('writing', 'check')],
  }),
);

const run = runLocal(flow, {
  input: { topic: 'bees' },
  handlers: {
    'model:outline': ({ topic }) => `1. ${topic} 2. flowers`,
    'model:write': ({ outline }) => `A text after the outline "${outline}"`,
    'tool:check': ({ text }) => `${String(text).length} characters`,
  },
});
// What happens within is seen from outside, by its path.
for await (const { update } of run.stream('updates')) {
  if (update.kind === 'completed') console.log(`${update.label ?? update.at} has ended`);
}
console.log(await run.output());
