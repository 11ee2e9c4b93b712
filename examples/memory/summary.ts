// When a conversation grows long, a summary takes the place of its older messages.
// Answers: how does an agent remember what was said long ago without being shown all of it?
import { add, ask, byId, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

interface Message {
  readonly id: string;
  readonly text: string;
}

const flow = defineFlow(
  'chat',
  graph({
    state: { turn: add(), summary: replace(''), messages: byId<Message>(), reply: replace('hello') },
    nodes: {
      listen: ask('${{ state.reply }}', {
        actions: ['respond', 'approve'],
        writes: { turn: 1, messages: { id: 'user-${{ state.turn }}', text: '${{ output }}' } },
      }),
      reply: task('model:chat', {
        writes: { reply: '${{ output }}', messages: { id: 'model-${{ state.turn }}', text: '${{ output }}' } },
      }),
      summarise: task('model:summarise', {
        writes: { summary: '${{ output.summary }}', messages: '${{ output.gone }}' },
      }),
    },
    edges: [
      choose('listen', [{ when: 'output == null', to: '$end' }, { to: 'reply' }]),
      choose('reply', [{ when: 'length(state.messages) > 4', to: 'summarise' }, { to: 'listen' }]),
      edge('summarise', 'listen'),
    ],
    entry: 'listen',
    stepsMax: 10_000,
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ summary, messages }) => {
    const shown = (messages as unknown as Message[]).length;
    return `I know ${shown} messages${summary === '' ? '' : ` and that ${summary}`}`;
  },
  // All but the last two messages go into the summary.
  'model:summarise': ({ summary, messages }) => {
    const old = (messages as unknown as Message[]).slice(0, -2);
    const said = old.filter(({ id }) => id.startsWith('user')).map(({ text }) => text);
    return {
      summary: [summary, ...said].filter((text) => text !== '').join(', then '),
      gone: old.map(({ id }) => ({ id, remove: true })),
    };
  },
};

const run = runLocal(flow, { handlers });
for (const value of ['I am Mona', 'I like bees', 'I like tea', 'who am I?']) {
  const [question] = (await run.idle()).questions;
  if (question === undefined) throw new Error('the conversation is over');
  await run.answer(question, { action: 'respond', value });
  const [reply] = (await run.idle()).questions;
  console.log(`${value} -> ${reply?.question}`);
}
console.log(run.view()['values']);
run.letGo();
await run.ended.catch(() => {});
