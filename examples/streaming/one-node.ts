// Tokens of one node only: each thing that a handler shows comes with the id of its call, which begins with the node's path.
// Answers: how do I stream the final answer, and not what the model says on the way?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'answer',
  graph({
    state: { question: replace<string>(), notes: append<string>(), answer: replace<string>() },
    nodes: {
      think: task('model:chat', { writes: { notes: '${{ output }}' } }),
      search: task('tool:search', { writes: { notes: '${{ output }}' } }),
      final: task('model:chat', { writes: { answer: '${{ output }}' } }),
    },
    edges: [edge('think', 'search'), edge('search', 'final')],
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ question, notes }, { emit }) => {
    const tokens =
      (notes as string[]).length === 0 ? ['look', ' up', ` ${question}`] : ['They', ' sleep', ' at', ' night'];
    for (const token of tokens) emit({ token });
    return tokens.join('');
  },
  // A tool shows how far it is in the same way.
  'tool:search': (_, { progress }) => {
    progress({ found: 12 });
    return 'bees rest in the dark';
  },
};

/** The node that a call belongs to: without its step, `final@3` is `final`. */
const nodeOf = (callId: string) => callId.replace(/@\d+/g, '');

const run = runLocal(flow, { handlers, input: { question: 'bees' } });
for await (const { callId, from, content } of run.stream('custom')) {
  if (nodeOf(callId) === 'final') console.log(content);
  else if (from === 'progress') console.log(nodeOf(callId), content);
}
console.log(await run.output());
