// A change behind a marker: runs that began before it go on in the old way, new ones take the new one.
// Answers: how do I change a flow of which runs are under way?
import { ask, chain, defineFlow, route, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, type LocalRun, memoryStore, runLocal } from 'tau-orchestrate/local';

const wait = ask('Go on?', { actions: ['approve'] });
const before = defineFlow('welcome', chain({ wait, greet: task('tool:greet') }));

// Both ways are there until the last old run has ended. A run knows the patches of the definition that it began under.
const after = defineFlow(
  'welcome',
  chain({
    wait,
    greet: route({ warm: { when: "patched('hugs')", node: task('tool:hug') } }, { otherwise: task('tool:greet') }),
  }),
  { patches: ['hugs'] },
);

const handlers: LocalHandlers = {
  'tool:greet': () => 'good day',
  'tool:hug': () => 'a hug',
};
const store = memoryStore();

async function approved(run: LocalRun<unknown, unknown, unknown>): Promise<unknown> {
  const [question] = (await run.idle()).questions;
  if (question !== undefined) await run.answer(question, { action: 'approve' });
  return (await run.ended).outcome;
}

// A run of the first version waits when the second one is deployed, and is taken over to it.
const old = runLocal(before, { runId: 'old', store, handlers });
await old.idle();
old.letGo();

console.log('old run:', await approved(runLocal(after, { runId: 'old', store, handlers, migrate: true })));
console.log('new run:', await approved(runLocal(after, { runId: 'new', store, handlers })));

// A marker that no definition has is a mistake that is seen at once.
try {
  defineFlow('welcome', route({ warm: { when: "patched('hug')", node: task('tool:hug') } }), { patches: ['hugs'] });
} catch (thrown) {
  console.log((thrown as Error).message);
}
