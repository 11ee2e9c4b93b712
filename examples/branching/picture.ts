// A flow as a picture: text that Mermaid draws, in a README or at GitHub, and JSON that is stored and sent.
// Answers: how do I see what I have built?
import { choose, defineFlow, edge, flowLanguage, graph, replace, task, toJson, toMermaid } from 'tau-orchestrate/flow';

const { definition } = defineFlow(
  'review',
  graph({
    state: { isGood: replace<boolean>(false) },
    nodes: { write: task('model:write'), judge: task('model:judge'), publish: task('tool:publish') },
    edges: [
      edge('write', 'judge'),
      choose('judge', [{ when: 'state.isGood', to: 'publish' }, { to: 'write' }]),
      edge('publish', '$end'),
    ],
    entry: 'write',
    stepsMax: 20,
  }),
);

console.log(toMermaid(definition));

// The same flow again from its JSON; what is wrong in a file is told with line and column.
const text = toJson(definition);
console.log(flowLanguage.parse(text, 'review.json').ok);
const wrong = flowLanguage.parse(text.replace('state.isGood', 'state.good'), 'review.json');
if (!wrong.ok) {
  for (const { file, line, column, message } of wrong.diagnostics) console.log(`${file}:${line}:${column} ${message}`);
}
