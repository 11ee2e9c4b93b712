// What happens after a failure: another node takes over (`goto`), or the failure is an output like any other (`continue`).
// Answers: how do I handle the error of a tool inside the graph?
import { tauError } from 'tau-core';
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'weather',
  graph({
    state: { log: append<string>() },
    nodes: {
      station: task('tool:station', {
        // What a node writes when it has failed sees `{ "error": ... }` as its output.
        onError: 'continue',
        writes: { log: '${{ output.error.message || output.text }}' },
      }),
      satellite: task('tool:satellite', { onError: { goto: 'guess' }, writes: { log: '${{ output.text }}' } }),
      // Given `{ "error": ... }`.
      guess: task('model:guess', { writes: { log: '${{ output.text }}' } }),
    },
    edges: [edge('station', 'satellite')],
    entry: 'station',
  }),
);

const { outcome } = await runLocal(flow, {
  handlers: {
    'tool:station': () => {
      throw tauError('STEP_FAILED', 'the station is closed');
    },
    'tool:satellite': () => {
      throw new Error('no signal');
    },
    'model:guess': ({ error }) => ({ text: `guess: rain (${(error as { message: string }).message})` }),
  },
}).ended;
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
