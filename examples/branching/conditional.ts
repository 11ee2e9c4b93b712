// The state decides what is due next: one of several nodes, several at once, or the end.
// Answers: how do I branch on a value?
import { append, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'support',
  graph({
    state: { text: replace<string>(), kind: replace<string>(), done: append<string>() },
    nodes: {
      classify: task('model:classify', { writes: { kind: '${{ output }}' } }),
      refund: task('tool:refund', { writes: { done: 'refunded' } }),
      answer: task('model:answer', { writes: { done: 'answered' } }),
      // Due beside the choice, because of an edge of its own with a condition.
      alert: task('tool:alert', { writes: { done: 'alerted' } }),
    },
    edges: [
      choose('classify', [
        { when: "state.kind == 'refund'", to: 'refund' },
        { when: "state.kind == 'spam'", to: '$end' },
        { to: 'answer' },
      ]),
      edge('classify', 'alert', "contains(state.text, 'lawyer')"),
    ],
  }),
);

const KINDS: [RegExp, string][] = [
  [/money back/, 'refund'],
  [/prize/, 'spam'],
];
const handlers: LocalHandlers = {
  'model:classify': ({ text }) => KINDS.find(([word]) => word.test(String(text)))?.[1] ?? 'question',
  'tool:refund': () => null,
  'model:answer': () => null,
  'tool:alert': () => null,
};

for (const text of ['how does it work?', 'I want my money back', 'my lawyer wants my money back', 'you won a prize']) {
  const { outcome } = await runLocal(flow, { handlers, input: { text } }).ended;
  console.log(text, '->', outcome.kind === 'ok' ? outcome.output : outcome);
}
