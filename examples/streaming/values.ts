// After each step, the whole state of the run.
// Answers: how do I watch the state as it grows?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'essay',
  graph({
    state: { topic: replace<string>(), paragraphs: append<string>() },
    nodes: {
      first: task('model:write', { writes: { paragraphs: '${{ output }}' } }),
      second: task('model:write', { writes: { paragraphs: '${{ output }}' } }),
    },
    edges: [edge('first', 'second')],
  }),
);

const run = runLocal(flow, {
  input: { topic: 'bees' },
  handlers: { 'model:write': ({ topic, paragraphs }) => `${(paragraphs as string[]).length + 1}. of ${topic}` },
});
// A stream that is opened at once misses nothing, and ends with the run.
for await (const item of run.stream('values')) {
  const { status, values } = item.values;
  console.log(item.seq, status, values);
}
