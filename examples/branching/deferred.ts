// A node that is due once everything before it is over, whichever branches were taken: the branches are a graph of their own.
// Answers: how do I put a node off until all that was begun is done, when I do not know what that will be?
import { append, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const step = (name: string) => task('tool:step', { input: { name }, writes: { found: '${{ output }}' } });

// No node of it is a join: one would wait for branches that are not taken. A graph is over when nothing is due any more.
const research = graph({
  state: { isDeep: replace<boolean>(false), found: append<string>() },
  nodes: { skim: step('skim'), quote: step('quote'), search: step('search'), read: step('read') },
  edges: [edge('skim', 'quote'), choose('skim', [{ when: 'state.isDeep', to: 'search' }]), edge('search', 'read')],
  output: ['found'],
});

const flow = defineFlow(
  'report',
  graph({
    state: { isDeep: replace<boolean>(false), found: append<string>() },
    nodes: { research: { ...research, input: { isDeep: '${{ state.isDeep }}' } }, write: step('write') },
    edges: [edge('research', 'write')],
  }),
);

const handlers = { 'tool:step': ({ name }: { name?: unknown }) => String(name) };
for (const isDeep of [false, true]) {
  console.log(isDeep ? 'deep:' : 'quick:', await runLocal(flow, { handlers, input: { isDeep } }).output());
}
