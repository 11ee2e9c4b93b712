// A graph that goes round until its state says stop, and no more often than it may.
// Answers: how do I make a loop, and what keeps it from going on for ever?
import { add, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = (stepsMax: number) =>
  defineFlow(
    'polish',
    graph({
      state: { rounds: add(), text: replace('A draft') },
      nodes: {
        improve: task('model:improve', { writes: { text: '${{ output }}' } }),
        count: task('tool:count', { writes: { rounds: 1 } }),
      },
      edges: [
        edge('improve', 'count'),
        choose('count', [{ when: 'state.rounds >= 3', to: '$end' }, { to: 'improve' }]),
      ],
      entry: 'improve',
      // A graph with a cycle must say it: `defineFlow` refuses it otherwise.
      stepsMax,
    }),
  );

const handlers: LocalHandlers = {
  'model:improve': ({ text }) => `${text}, better`,
  'tool:count': () => null,
};

for (const stepsMax of [6, 4]) {
  const { outcome } = await runLocal(flow(stepsMax), { handlers }).ended;
  console.log(`at most ${stepsMax} steps:`, outcome.kind === 'failed' ? outcome.error.message : outcome);
}
