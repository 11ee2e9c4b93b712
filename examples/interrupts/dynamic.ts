// A handler that asks a person in the middle of its work, only when it must, and says why.
// Answers: how do I interrupt from inside a step?
import { defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, requireInput, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'shorten',
  graph({
    state: { text: replace<string>() },
    nodes: { shorten: task('tool:shorten', { writes: { text: '${{ output }}' } }) },
    edges: [],
  }),
);

const handlers: LocalHandlers = {
  'tool:shorten': ({ text }, { answer, attempt }) => {
    console.log(`try ${attempt}`);
    const words = String(text).split(' ');
    if (words.length <= 3) return words.join(' ');
    // Ends this try. The answer starts another one, which finds it as `answer`: no function waits meanwhile.
    if (answer === undefined)
      requireInput(`The text has ${words.length} words: how many may it have?`, { type: 'number' });
    return words.slice(0, Number(answer)).join(' ');
  },
};

const short = await runLocal(flow, { handlers, input: { text: 'bees dance' } }).ended;
console.log(short.outcome);

const run = runLocal(flow, { handlers, input: { text: 'bees dance when they find flowers' } });
const [question] = (await run.idle()).questions;
console.log(question?.question, question?.schema);
if (question !== undefined) await run.answer(question, 4);
console.log((await run.ended).outcome);
