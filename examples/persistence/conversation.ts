// A conversation is one run: it asks for the next message, and its state has all that was said.
// Answers: how does an agent remember what I said two messages ago?
import { append, ask, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'chat',
  graph({
    state: { messages: append<string>(), reply: replace('hello') },
    nodes: {
      // The question shows the latest reply. A person who has nothing more to say approves, which gives null.
      listen: ask('${{ state.reply }}', {
        actions: ['respond', 'approve'],
        writes: { messages: 'user: ${{ output }}' },
      }),
      reply: task('model:chat', { writes: { messages: 'model: ${{ output }}', reply: '${{ output }}' } }),
    },
    edges: [choose('listen', [{ when: 'output == null', to: '$end' }, { to: 'reply' }]), edge('reply', 'listen')],
    entry: 'listen',
    stepsMax: 10_000,
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ messages }) => {
    const said = (messages as string[]).join(' ');
    const name = /my name is (\w+)/.exec(said)?.[1];
    return name === undefined ? 'I do not know you' : `you are ${name}`;
  },
};

const store = memoryStore();

/** One turn of a conversation, as a web server would serve it: by its id, whoever has begun it. */
async function say(conversation: string, text: string): Promise<void> {
  const run = runLocal(flow, { runId: conversation, store, handlers });
  const [question] = (await run.idle()).questions;
  if (question === undefined) throw new Error(`the conversation ${conversation} is over`);
  await run.answer(question, { action: 'respond', value: text });
  const [reply] = (await run.idle()).questions;
  console.log(`${conversation} | ${text} | ${reply?.question}`);
  // Between two turns the run is in its store only.
  run.letGo();
}

await say('one', 'hi, my name is Mona');
await say('two', 'who am I?');
await say('one', 'who am I?');
