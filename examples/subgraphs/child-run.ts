// A subgraph as a run of its own: its own history, its own checkpoints, found by a name.
// Answers: when is a part of my graph better a run that I can look at, and cancel, by itself?
import { HOST_CAPABILITIES } from 'tau-core';
import { chain, defineFlow, mapOver, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const translate = defineFlow('translate', task('model:translate'));
const all = defineFlow(
  'translate-all',
  chain({
    texts: task('tool:texts'),
    each: mapOver(
      // `key` makes it the same run whenever this call is made again; without `wait: false` its output is awaited.
      task(HOST_CAPABILITIES.startRun, {
        input: { definition: 'translate', input: { text: '${{ item }}' }, key: 'text-${{ index }}' },
      }),
    ),
  }),
);

const store = memoryStore();
const { outcome } = await runLocal(all, {
  runId: 'parent',
  store,
  definitions: (name) => (name === 'translate' ? translate : undefined),
  handlers: {
    'tool:texts': () => ['good morning', 'good night'],
    'model:translate': ({ text }) => ({ translated: String(text).replace('good', 'bonne').replace('night', 'nuit') }),
  },
}).ended;
console.log(outcome);

const runs = openRuns(store);
for (const { parent, outcome, lastSeq } of await runs.list()) {
  console.log(parent === undefined ? 'the parent' : `child of ${parent.runId}`, outcome, `after ${lastSeq} records`);
}
