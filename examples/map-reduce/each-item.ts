// A node makes a list; another one runs once for each of its items, side by side; a third joins what they gave.
// Answers: how do I fan out over a list whose length nobody knows before?
import { append, defineFlow, each, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'jokes',
  graph({
    state: {
      topic: replace<string>(),
      subjects: replace<string[]>([]),
      jokes: append<string>(),
      best: replace<string>(),
    },
    nodes: {
      subjects: task('model:subjects', {
        input: { topic: '${{ state.topic }}' },
        writes: { subjects: '${{ output }}' },
      }),
      // `item` is one subject: each joke is told of one, and knows nothing of the others.
      joke: task('model:joke', {
        input: { subject: '${{ item }}', number: '${{ index }}' },
        writes: { jokes: '${{ output }}' },
      }),
      // Due once, after all of them.
      best: task('model:best', { input: { jokes: '${{ state.jokes }}' }, writes: { best: '${{ output }}' } }),
    },
    edges: [each('subjects', 'state.subjects', 'joke'), edge('joke', 'best')],
    output: ['jokes', 'best'],
  }),
);

const { outcome } = await runLocal(flow, {
  input: { topic: 'animals' },
  handlers: {
    'model:subjects': ({ topic }) => (topic === 'animals' ? ['lions', 'elephants', 'penguins'] : []),
    'model:joke': ({ subject, number }) => `joke ${number}: two ${subject} walk into a bar`,
    'model:best': ({ jokes }) =>
      (jokes as string[]).reduce((best, joke) => (joke.length > best.length ? joke : best), ''),
  },
}).ended;
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
