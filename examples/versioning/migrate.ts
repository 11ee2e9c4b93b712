// A run that waits is taken over to a new version of its definition, if it can be; otherwise it stays with its own.
// Answers: how does a run that lives for months get what I have changed since?
import { TauError } from 'tau-core';
import { diffDefinitions } from 'tau-orchestrate';
import { ask, defineFlow, edge, type FlowNode, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, runLocal } from 'tau-orchestrate/local';

const flow = (nodes: { readonly [name: string]: FlowNode }) => {
  const names = Object.keys(nodes);
  const edges = names.slice(1).map((name, index) => edge(String(names[index]), name));
  return defineFlow(
    'subscription',
    graph({ state: { plan: replace<string>(), mail: replace<string>() }, nodes, edges }),
  );
};
const choose = ask('Which plan?', { actions: ['respond'], writes: { plan: '${{ output }}' } });
const mail = (text: string) => task('tool:mail', { input: { text }, writes: { mail: '${{ output }}' } });

const first = flow({ choose, mail: mail('you have ${{ state.plan }}') });
const second = flow({
  choose,
  charge: task('tool:charge', { writes: {} }),
  mail: mail('thanks for ${{ state.plan }}'),
});
// Without the node that waits.
const third = flow({ charge: task('tool:charge', { writes: {} }), mail: mail('thanks') });
for (const { text } of diffDefinitions(first.definition, second.definition)) console.log(text);

const store = memoryStore();
const handlers: LocalHandlers = {
  'tool:mail': ({ text }) => String(text),
  'tool:charge': () => {
    console.log('charged');
    return null;
  },
};

const run = runLocal(first, { runId: 'mona', store, handlers });
await run.idle();
run.letGo();

for (const options of [{ definition: second }, { definition: third, migrate: true }]) {
  const { definition, ...others } = options;
  try {
    await runLocal(definition, { runId: 'mona', store, handlers, ...others }).idle();
  } catch (thrown) {
    console.log(thrown instanceof TauError ? `${thrown.data.id} ${thrown.message}` : thrown);
  }
}

const migrated = runLocal(second, { runId: 'mona', store, handlers, migrate: true });
const [question] = (await migrated.idle()).questions;
console.log(question?.question);
if (question !== undefined) await migrated.answer(question, { action: 'respond', value: 'the big one' });
console.log((await migrated.ended).outcome);
