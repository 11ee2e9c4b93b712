// Breakpoints that are set as a run is started: the flow is as it was written, and stops before or after the nodes that one names.
// Answers: how do I go through a flow step by step without changing it?
import { TauError } from 'tau-core';
import { append, defineFlow, edge, graph, task, withQuestions } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const step = (name: string) => task('tool:step', { input: { name }, writes: { done: '${{ output }}' } });
const flow = defineFlow(
  'release',
  graph({
    state: { done: append<string>() },
    nodes: {
      build: step('build'),
      checks: {
        ...graph({
          nodes: { lint: step('lint'), test: step('test') },
          edges: [edge('lint', 'test')],
          state: { done: append<string>() },
        }),
        input: {},
      },
      publish: step('publish'),
    },
    edges: [edge('build', 'checks'), edge('checks', 'publish')],
  }),
);
const handlers = { 'tool:step': ({ name }: { name?: unknown }) => String(name) };

// `*` is all nodes of the graph, `checks.*` all of the one within; or name them.
const stopping = { ...flow, definition: withQuestions(flow.definition, { before: ['*'], after: ['checks.test'] }) };
const run = runLocal(stopping, { handlers });
for (let { questions } = await run.idle(); questions[0] !== undefined; { questions } = await run.idle()) {
  console.log(questions[0].question, run.view()['values']);
  await run.answer(questions[0], { action: 'approve' });
}
console.log(await run.output());

// Names that there are not are refused.
try {
  withQuestions(flow.definition, { before: ['checks.tset'], after: ['publish', 'deploy'] });
} catch (thrown) {
  console.log(thrown instanceof TauError ? thrown.message : thrown);
}
