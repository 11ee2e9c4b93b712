// A subgraph whose state has nothing in common with the graph around it: `input` turns one into the other, `writes` back.
// Answers: how do I use a graph that knows nothing of mine, twice, with other keys?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

/** An agent that keeps its own messages, and tells nobody of them. */
const agent = graph({
  state: { instruction: replace<string>(), messages: append<string>(), result: replace<string>() },
  nodes: {
    think: task('model:think', { writes: { messages: '${{ output }}' } }),
    act: task('tool:act', { writes: { messages: 'acted', result: '${{ output }}' } }),
  },
  edges: [edge('think', 'act')],
});

const flow = defineFlow(
  'research',
  graph({
    state: { question: replace<string>(), facts: replace<string>(), report: replace<string>() },
    nodes: {
      research: {
        ...agent,
        input: { instruction: 'find facts for: ${{ state.question }}' },
        writes: { facts: '${{ output.result }}' },
      },
      report: {
        ...agent,
        input: { instruction: 'write a report of: ${{ state.facts }}' },
        writes: { report: '${{ output.result }} (after ${{ length(output.messages) }} messages)' },
      },
    },
    edges: [edge('research', 'report')],
  }),
);

const { outcome } = await runLocal(flow, {
  input: { question: 'do bees sleep?' },
  handlers: {
    'model:think': ({ instruction }) => `I shall ${instruction}`,
    'tool:act': ({ messages }) => `done: ${(messages as string[]).at(-1)}`,
  },
}).ended;
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
