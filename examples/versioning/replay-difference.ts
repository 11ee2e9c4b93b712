// The journal of a run is decided again under a changed definition: where it would have gone another way is told.
// Answers: is my change safe for the runs that are under way? To be asked in a test, before it is deployed.
import { diffDefinitions, SERVICE_RETRY } from 'tau-orchestrate';
import { chain, defineFlow, type FlowNode, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const order = (charge: FlowNode) =>
  defineFlow('order', chain({ reserve: task('tool:reserve'), charge, ship: task('tool:ship') }));
const before = order(task('tool:charge', { input: { amount: '${{ input.amount }}' } }));

const store = memoryStore();
const { outcome } = await runLocal(before, {
  runId: 'order-1',
  store,
  handlers: {
    'tool:reserve': () => ({ amount: 30 }),
    'tool:charge': ({ amount }) => ({ charged: Number(amount) }),
    'tool:ship': () => 'shipped',
  },
}).ended;
console.log(outcome);

const runs = openRuns(store);

const CHANGES = {
  'more tries': order(task('tool:charge', { input: { amount: '${{ input.amount }}' }, retry: SERVICE_RETRY })),
  'another input': order(task('tool:charge', { input: { amount: '${{ input.amount }}', currency: 'EUR' } })),
  'a step between': order(chain({ check: task('tool:check'), charge: task('tool:charge') })),
};
for (const [name, after] of Object.entries(CHANGES)) {
  console.log(`\n${name}:`);
  for (const { text } of diffDefinitions(before.definition, after.definition)) console.log(text);
  const replayed = await runs.replay(after, 'order-1');
  console.log(replayed.ok ? `the same in all ${replayed.decisions} decisions` : replayed.divergence.text);
}
