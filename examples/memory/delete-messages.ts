// Messages with ids: an update adds one, takes the place of one, or takes it out.
// Answers: how do I change or delete what was said?
import { byId, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

interface Message {
  readonly id: string;
  readonly text: string;
}

const flow = defineFlow(
  'chat',
  graph({
    state: { messages: byId<Message>() },
    nodes: {
      reply: task('model:chat', { writes: { messages: '${{ output }}' } }),
      // A part of the flow: what is older than the last two messages is taken out.
      forget: task('tool:forget', { writes: { messages: '${{ output }}' } }),
    },
    edges: [edge('reply', 'forget', 'length(state.messages) > 2')],
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ messages }) => {
    const all = messages as unknown as Message[];
    return { id: `m${all.length + 1}`, text: 'they dance' };
  },
  'tool:forget': ({ messages }) =>
    (messages as unknown as Message[]).slice(0, -2).map(({ id }) => ({ id, remove: true })),
};

const store = memoryStore();
const messages = [
  { id: 'm1', text: 'hello' },
  { id: 'm2', text: 'tell me of wasps' },
];
const run = runLocal(flow, { runId: 'chat', store, handlers, input: { messages } });
for await (const { values } of run.stream('values')) console.log(values['values']);

// Or by hand, at any moment of the past: a fork takes the messages as they should have been.
const [begun] = await openRuns(store).checkpoints('chat');
const fork = await openRuns(store).fork(flow, 'chat', {
  handlers,
  atSeq: begun?.seq ?? 0,
  edit: { values: { messages: [{ id: 'm1', text: 'tell me of bees' }] }, goto: ['reply'] },
});
console.log(await fork.output());
