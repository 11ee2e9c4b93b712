// Memory that many runs share is a service that they call: here two functions over a map, by the user that a run is of.
// Answers: how does a new conversation know what an earlier one learned?
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'assistant',
  graph({
    state: { message: replace<string>(), known: replace<string[]>([]), answer: replace<string>() },
    nodes: {
      recall: task('memory:recall', { input: {}, writes: { known: '${{ output }}' } }),
      answer: task('model:answer', { writes: { answer: '${{ output }}' } }),
      remember: task('memory:remember', { input: { text: '${{ state.message }}' }, writes: {} }),
    },
    edges: [edge('recall', 'answer'), edge('answer', 'remember', "startsWith(state.message, 'remember')")],
    output: ['answer'],
  }),
);

// A database in earnest. It outlives runs, so it is none of theirs; what they call it with is journaled, and repeated calls
// of one run have one idempotency key.
const memories = new Map<string, Map<string, string>>();
const handlers: LocalHandlers = {
  'memory:recall': (_, { sessionId }) => [...(memories.get(sessionId)?.values() ?? [])],
  'memory:remember': ({ text }, { sessionId, idempotencyKey }) => {
    const ofUser = memories.get(sessionId) ?? new Map<string, string>();
    memories.set(sessionId, ofUser.set(idempotencyKey, String(text).replace('remember ', '')));
    return null;
  },
  'model:answer': ({ known }) => `I know ${(known as string[]).join(' and ') || 'nothing'} of you`,
};

for (const [user, message] of [
  ['mona', 'remember I like bees'],
  ['mona', 'what do I like?'],
  ['bert', 'what do I like?'],
]) {
  // The session of a run is whom it is of: a user, a customer, a repository.
  const { outcome } = await runLocal(flow, { handlers, sessionId: String(user), input: { message: String(message) } })
    .ended;
  console.log(user, message, outcome.kind === 'ok' ? outcome.output : outcome);
}
