// A reducer of one's own: how updates come into a key is a pure function, by a name that definitions say.
// Answers: how do I merge updates in my own way, and how does a node replace what others only add to?
import { createFlowLanguage, defineFlow, edge, graph, type Reducer, reduced, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const listOf = (value: unknown) => (Array.isArray(value) ? value : [value]);

/** The last three messages; `{ "instead": [...] }` takes the place of all that is there. */
const recent: Reducer = {
  initial: [],
  acceptsMany: true,
  reduce: (current, update) => {
    const isInstead = typeof update === 'object' && update !== null && 'instead' in update;
    return isInstead ? listOf(update.instead) : [...listOf(current), ...listOf(update)].slice(-3);
  },
};

// Whatever runs the flow, or recovers a run of it, needs the same language: a definition only names its reducers.
const language = createFlowLanguage({ reducers: { recent } });

const say = (what: unknown) =>
  task('model:say', { input: { what: what as string }, writes: { messages: '${{ output }}' } });
const flow = defineFlow(
  'chat',
  graph({
    state: { messages: reduced<string[]>('recent') },
    nodes: { one: say('one'), two: say(['two', 'three']), four: say('four'), over: say({ instead: ['a summary'] }) },
    edges: [edge('one', 'two'), edge('two', 'four'), edge('four', 'over')],
  }),
  { language },
);

const run = runLocal(flow, { handlers: { 'model:say': ({ what }) => what ?? null } });
for await (const { values } of run.stream('values')) console.log(values['values']);
