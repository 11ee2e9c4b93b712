// Several kinds of things in one stream, in the order in which they happened; and two streams of one run at once.
// Answers: how do I watch more than one thing?
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'agent',
  graph({
    state: { question: replace<string>(), fact: replace<string>(), answer: replace<string>() },
    nodes: {
      search: task('tool:search', { writes: { fact: '${{ output }}' } }),
      answer: task('model:answer', { writes: { answer: '${{ output }}' } }),
    },
    edges: [edge('search', 'answer')],
  }),
);

const run = runLocal(flow, {
  input: { question: 'do bees sleep?' },
  handlers: {
    'tool:search': (_, { progress }) => {
      progress('searching');
      return 'they do, at night';
    },
    'model:answer': ({ fact }) => `yes: ${fact}`,
  },
});

const events = (async () => {
  const types: string[] = [];
  for await (const { event } of run.stream('events')) types.push(event.type);
  return types;
})();

for await (const item of run.stream(['values', 'updates', 'custom', 'gap'])) {
  switch (item.mode) {
    case 'values':
      console.log('values ', item.values['values']);
      break;
    case 'updates':
      console.log('updates', item.update.kind, item.update.label ?? item.update.at);
      break;
    case 'custom':
      console.log('custom ', item.content);
      break;
    case 'gap':
      // Whoever reads too slowly, and asks for gaps, is told how much is missing; the run never waits for it.
      console.log('missed ', item.dropped);
  }
}
console.log('events ', (await events).join(' '));
