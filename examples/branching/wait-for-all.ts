// Branches of different lengths: the node that joins them waits for the longest.
// Answers: how do I put a node off until everything before it is done?
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const step = (name: string) => task('tool:step', { input: { name }, writes: { done: '${{ output }}' } });

const flow = defineFlow(
  'release',
  graph({
    state: { done: append<string>() },
    nodes: {
      start: step('start'),
      lint: step('lint'),
      build: step('build'),
      test: step('test'),
      publish: step('publish'),
    },
    edges: [
      edge('start', 'lint'),
      edge('start', 'build'),
      edge('build', 'test'),
      // One edge from both: `publish` is due once. Two edges would make it due twice, once for each.
      edge(['lint', 'test'], 'publish'),
    ],
  }),
);

const run = runLocal(flow, { handlers: { 'tool:step': ({ name }) => String(name) } });
for await (const { update } of run.stream('updates')) {
  if (update.kind === 'started') console.log(`${update.label ?? update.at} starts`);
}
console.log(await run.output());
