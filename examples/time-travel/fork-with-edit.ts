// A fork whose state a person has changed, and which goes on at a node of their choice.
// Answers: what would have happened if the state had been another one?
import { TauError } from 'tau-core';
import { append, choose, defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'loan',
  graph({
    state: { income: replace<number>(0, { type: 'number' }), letters: append<string>() },
    nodes: {
      check: task('tool:check'),
      accept: task('tool:letter', {
        input: { text: 'accepted with ${{ state.income }}' },
        writes: { letters: '${{ output }}' },
      }),
      refuse: task('tool:letter', {
        input: { text: 'refused with ${{ state.income }}' },
        writes: { letters: '${{ output }}' },
      }),
    },
    edges: [choose('check', [{ when: 'state.income >= 1000', to: 'accept' }, { to: 'refuse' }])],
  }),
);
const handlers: LocalHandlers = {
  'tool:check': () => ({}),
  'tool:letter': ({ text }) => String(text),
};

const store = memoryStore();
console.log((await runLocal(flow, { runId: 'run', store, handlers, input: { income: 100 } }).ended).outcome);

const runs = openRuns(store);
const [begun] = await runs.checkpoints('run');
const atSeq = begun?.seq ?? 0;

// Values take the place of those that are there; the call that was open then is made, and the edges are looked at anew.
const edited = await runs.fork(flow, 'run', { runId: 'richer', handlers, atSeq, edit: { values: { income: 5_000 } } });
console.log((await edited.ended).outcome);

// `goto` says what is due, in place of what was.
const forced = await runs.fork(flow, 'run', { runId: 'forced', handlers, atSeq, edit: { goto: ['accept'] } });
console.log((await forced.ended).outcome);

// What does not fit changes nothing, and the view says why.
const wrong = await runs.fork(flow, 'run', { runId: 'wrong', handlers, atSeq, edit: { values: { income: 'much' } } });
await wrong.ended;
console.log((await runs.at('wrong', 1)).view['editRefused']);

// A run that has ended is forked from before its end.
try {
  await runs.fork(flow, 'run', { handlers, atSeq: (await runs.at('run')).seq });
} catch (thrown) {
  console.log(thrown instanceof TauError ? thrown.message : thrown);
}
