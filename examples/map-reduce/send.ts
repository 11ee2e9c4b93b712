// A model that sends work to several nodes, each piece with an input of its own, and none where it sees no need.
// Answers: how does a node decide at run time what is due, how often, and with what?
import { append, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'report',
  graph({
    state: { question: replace<string>(), found: append<string>(), answer: replace<string>() },
    nodes: {
      plan: task('model:plan', { leadsTo: ['search', 'calculate', 'answer'] }),
      search: task('tool:search', { writes: { found: '${{ output }}' } }),
      calculate: task('tool:calculate', { writes: { found: '${{ output }}' } }),
      answer: task('model:answer', { writes: { answer: '${{ output }}' } }),
    },
    // All that `plan` sent runs in one step, so `answer` is due once, whichever of these edges lead to it.
    edges: [edge('search', 'answer'), edge('calculate', 'answer')],
    output: ['found', 'answer'],
  }),
);

const handlers: LocalHandlers = {
  'model:plan': ({ question }) =>
    question === 'hello'
      ? { goto: 'answer' }
      : {
          send: [
            { to: 'search', input: { query: 'height of the tower' } },
            { to: 'search', input: { query: 'height of the hill' } },
            { to: 'calculate', input: { a: 300, b: 120 } },
          ],
        },
  'tool:search': ({ query }) => `found the ${query}`,
  'tool:calculate': ({ a, b }) => `the sum is ${Number(a) + Number(b)}`,
  'model:answer': ({ found }) => `answered with ${(found as string[]).length} facts`,
};

for (const question of ['how high is the tower on the hill?', 'hello']) {
  const { outcome } = await runLocal(flow, { handlers, input: { question } }).ended;
  console.log(question, outcome.kind === 'ok' ? outcome.output : outcome);
}
