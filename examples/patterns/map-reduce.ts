// One node over each item of a list, a few at a time, and one over all that they gave.
// Answers: how do I summarise a hundred documents?
import { defineFlow, mapReduce, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'digest',
  mapReduce({
    over: 'input.issues',
    map: task('model:summarise', { input: { issue: '${{ item }}', number: '${{ index }}' } }),
    // The list is in the order of the items. An input must be an object, so it gets a name.
    reduce: task('model:combine', { input: { summaries: '${{ input }}' } }),
    workers: 4,
  }),
);

const { outcome } = await runLocal(flow, {
  input: { issues: ['the shop crashes', 'the cart is slow', 'a typo'] },
  handlers: {
    'model:summarise': ({ issue, number }) => `#${number} ${String(issue).split(' ').at(-1)}`,
    'model:combine': ({ summaries }) => ({ digest: (summaries as string[]).join(', ') }),
  },
}).ended;
console.log(outcome);

// A list of nothing is reduced as well.
const none = await runLocal(flow, {
  input: { issues: [] },
  handlers: { 'model:combine': ({ summaries }) => ({ of: (summaries as string[]).length }) },
}).ended;
console.log(none.outcome);
