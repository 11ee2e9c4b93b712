// A node that writes state and says where to go, in one output: `leadsTo` names the places that it may choose from.
// Answers: how does a model (a supervisor, a router) decide what runs next?
import { append, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'team',
  graph({
    state: { log: append<string>() },
    nodes: {
      supervisor: task('model:supervisor', { leadsTo: ['researcher', 'writer', '$end'] }),
      researcher: task('model:research', { writes: { log: '${{ output }}' } }),
      writer: task('model:write', { writes: { log: '${{ output }}' } }),
    },
    edges: [edge('researcher', 'supervisor'), edge('writer', 'supervisor')],
    entry: 'supervisor',
    stepsMax: 20,
  }),
);

const run = runLocal(flow, {
  handlers: {
    'model:supervisor': ({ log }) => {
      const done = (log as string[]).filter((line) => !line.startsWith('supervisor'));
      const goto = done.length === 0 ? 'researcher' : done.length === 1 ? 'writer' : '$end';
      return { update: { log: `supervisor: ${goto}` }, goto };
    },
    'model:research': () => 'bees dance',
    'model:write': ({ log }) => `a poem of ${(log as string[]).length} lines`,
  },
});
console.log(await run.output());

// A name that is not in `leadsTo` fails the run, with what would have been allowed.
const wrong = await runLocal(flow, { handlers: { 'model:supervisor': () => ({ goto: 'poet' }) } }).ended;
console.log(wrong.outcome.kind === 'failed' ? wrong.outcome.error.message : wrong.outcome);
