// What each node began, gave or failed with, as it happens, by its place.
// Answers: how do I show what a run is doing right now?
import { append, defineFlow, each, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'pages',
  graph({
    state: { pages: replace<string[]>([]), words: append<number>(), sum: replace<number>(0) },
    nodes: {
      list: task('tool:list', { writes: { pages: '${{ output }}' } }),
      count: task('tool:count', {
        input: { page: '${{ item }}' },
        onError: 'continue',
        writes: { words: '${{ output.words || 0 }}' },
      }),
      sum: task('tool:sum', { writes: { sum: '${{ output }}' } }),
    },
    edges: [each('list', 'state.pages', 'count'), edge('count', 'sum')],
  }),
);

const run = runLocal(flow, {
  handlers: {
    'tool:list': () => ['home', 'broken', 'about'],
    'tool:count': ({ page }) => {
      if (page === 'broken') throw new Error('404');
      return { words: String(page).length };
    },
    'tool:sum': ({ words }) => (words as number[]).reduce((sum, one) => sum + one, 0),
  },
});
for await (const { update } of run.stream('updates')) {
  const { kind, at, label, output, error } = update;
  console.log(
    kind,
    label ?? at,
    ...(output === undefined ? [] : [output]),
    ...(error === undefined ? [] : [error.message]),
  );
}
