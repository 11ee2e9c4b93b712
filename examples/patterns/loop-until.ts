// A node again and again, each time given what it gave, until a condition over its output holds.
// Answers: how do I poll, or improve something step by step?
import { chain, defineFlow, loopUntil, task, wait } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const poll = defineFlow(
  'build',
  // The service says when to ask again. Expressions have no arithmetic: what is computed comes from a task.
  loopUntil(
    "output.status != 'running'",
    chain({
      pause: wait('${{ input.askAgainMs }}'),
      look: task('tool:status', { input: { build: '${{ input.build }}', round: '${{ round }}' } }),
    }),
    { roundsMax: 100 },
  ),
);

const improve = defineFlow(
  'root',
  // `take` is content with what there is after the last round; `fail`, the default, is not.
  loopUntil('output.error < 0.01', task('tool:newton'), { roundsMax: 3, onMax: 'take' }),
);

const handlers: LocalHandlers = {
  'tool:status': ({ build, round }) => {
    console.log(`round ${round}`);
    return { build: build ?? null, status: Number(round) < 3 ? 'running' : 'passed', askAgainMs: 5 * Number(round) };
  },
  'tool:newton': ({ square, guess }) => {
    const next = (Number(guess) + Number(square) / Number(guess)) / 2;
    return { square: Number(square), guess: next, error: Math.abs(next * next - Number(square)) };
  },
};

console.log((await runLocal(poll, { handlers, input: { build: 7, askAgainMs: 0 } }).ended).outcome);
for (const square of [2, 1_000]) {
  console.log((await runLocal(improve, { handlers, input: { square, guess: 1 } }).ended).outcome);
}
