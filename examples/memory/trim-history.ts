// The state has the whole conversation; the model is shown the end of it.
// Answers: how do I keep a long conversation within what a model takes?
import { append, defineFlow, graph, task } from 'tau-orchestrate/flow';
import { type LocalHandler, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'chat',
  graph({
    state: { messages: append<string>() },
    nodes: { reply: task('model:chat', { writes: { messages: '${{ output }}' } }) },
    edges: [],
  }),
);

/** Shows a handler the latest messages that have together no more than so many words; in earnest, tokens of its model. */
function trimmed(handler: LocalHandler, wordsMax: number): LocalHandler {
  return (input, context) => {
    const all = input['messages'] as string[];
    let words = 0;
    const tooMany = all.findLastIndex((message) => {
      words += message.split(' ').length;
      return words > wordsMax;
    });
    return handler({ ...input, messages: all.slice(tooMany + 1) }, context);
  };
}

const model: LocalHandler = ({ messages }) => `model: I was shown ${(messages as string[]).length} messages`;
const messages = [
  'user: hello',
  'model: hello to you',
  'user: tell me of bees',
  'model: they dance',
  'user: and wasps?',
];
for (const wordsMax of [100, 10]) {
  const run = runLocal(flow, { input: { messages }, handlers: { 'model:chat': trimmed(model, wordsMax) } });
  const { messages: after } = (await run.output()) as { messages: string[] };
  console.log(after.length, 'messages,', after.at(-1));
}
