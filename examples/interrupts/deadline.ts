// A question that nobody answers: after its deadline a default answer is taken.
// Answers: what becomes of a run whose person is on holiday?
import { ask, chain, defineFlow, route, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const DAY_MS = 86_400_000;

const deploy = (deadlineMs: number) =>
  defineFlow(
    'deploy',
    chain({
      ask: ask('Deploy on a Friday?', {
        actions: ['respond'],
        schema: { enum: ['yes', 'no'] },
        // The deadline is kept by the run, across restarts.
        deadlineMs,
        default: { action: 'respond', value: 'no' },
      }),
      act: route(
        { yes: { when: "input == 'yes'", node: task('tool:deploy') } },
        { otherwise: task('tool:put-off', { input: { why: 'nobody said yes' } }) },
      ),
    }),
  );

const handlers: LocalHandlers = {
  'tool:deploy': () => 'deployed',
  'tool:put-off': ({ why }) => `put off: ${why}`,
};

const unanswered = runLocal(deploy(20), { handlers });
console.log((await unanswered.ended).outcome);

const answered = runLocal(deploy(DAY_MS), { handlers });
const [question] = (await answered.idle()).questions;
if (question !== undefined) await answered.answer(question, { action: 'respond', value: 'yes' });
console.log((await answered.ended).outcome);
