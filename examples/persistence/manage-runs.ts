// Which runs a store has, what they came to, and how one is deleted with all of its history.
// Answers: how do I list conversations, look one up, and forget it?
import { TauError } from 'tau-core';
import { defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'greet',
  graph({
    state: { name: replace<string>(), text: replace<string>() },
    nodes: { greet: task('model:greet', { writes: { text: '${{ output }}' } }) },
    edges: [],
  }),
);
const handlers = {
  'model:greet': ({ name }: { name?: unknown }) => {
    if (name === 'nobody') throw new Error('whom?');
    return `hello ${name}`;
  },
};

const store = memoryStore();
for (const name of ['mona', 'bert', 'nobody']) {
  await runLocal(flow, { runId: `of-${name}`, sessionId: name, store, handlers, input: { name } }).ended;
}

const runs = openRuns(store);
// A page at a time: `after` is the last id of the page before.
for (const { runId, sessionId, kind, outcome, lastSeq } of await runs.list({ runsMax: 10 })) {
  console.log(`${runId}: a ${kind} of ${sessionId}, ${outcome}, ${lastSeq} records`);
}
const { view } = await runs.at('of-mona');
console.log(view['values']);

await runs.delete('of-bert');
console.log((await runs.list()).map(({ runId }) => runId));
try {
  await runs.header('of-bert');
} catch (thrown) {
  console.log(thrown instanceof TauError ? thrown.message : thrown);
}
