// Two nodes side by side between one that starts them and one that joins them.
// Answers: how do I run nodes at the same time, and how do their updates of one key come together?
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'trip',
  graph({
    // Both weather and news write this key in the same step: `append` says how. With `replace` it would be refused.
    state: { notes: append<string>() },
    nodes: {
      start: task('tool:note', { input: { text: 'plan a trip' }, writes: { notes: '${{ output }}' } }),
      weather: task('tool:note', { input: { text: 'it will be sunny' }, writes: { notes: '${{ output }}' } }),
      news: task('tool:note', { input: { text: 'the trains run' }, writes: { notes: '${{ output }}' } }),
      decide: task('tool:decide', { writes: { notes: '${{ output }}' } }),
    },
    // `decide` is due once both have ended: an edge from several nodes waits for all of them.
    edges: [edge('start', 'weather'), edge('start', 'news'), edge(['weather', 'news'], 'decide')],
  }),
);

const { outcome } = await runLocal(flow, {
  handlers: {
    'tool:note': ({ text }) => {
      console.log(`noted: ${text}`);
      return String(text);
    },
    // A node without `input` is given the state of its graph.
    'tool:decide': ({ notes }) => `go, after ${(notes as string[]).length} notes`,
  },
}).ended;
console.log(outcome);
