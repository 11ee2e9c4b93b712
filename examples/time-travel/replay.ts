// A fork goes on from a past moment as if nothing had come after it. What was done before is not done again.
// Answers: how do I run the end of a run once more, without running its beginning?
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'story',
  graph({
    state: { lines: append<string>() },
    nodes: {
      begin: task('model:line', { input: { of: 'beginning' }, writes: { lines: '${{ output }}' } }),
      end: task('model:line', { input: { of: 'end' }, writes: { lines: '${{ output }}' } }),
    },
    edges: [edge('begin', 'end')],
  }),
);

let asked = 0;
const handlers: LocalHandlers = {
  'model:line': ({ of }, { idempotencyKey }) => {
    asked += 1;
    console.log(`the model is asked for the ${of} (${idempotencyKey})`);
    return `${of}, draft ${asked}`;
  },
};

const store = memoryStore();
const first = await runLocal(flow, { runId: 'first', store, handlers }).ended;
console.log(first.outcome);

// After record 2 the beginning has been written, and the end asked for.
const runs = openRuns(store);
const fork = await runs.fork(flow, 'first', { runId: 'second', handlers, atSeq: 2 });
console.log((await fork.ended).outcome);

// The first run stays as it is, and the second one knows where it comes from.
console.log((await runs.at('first')).view['values']);
console.log((await runs.header('second')).forkedFrom);
