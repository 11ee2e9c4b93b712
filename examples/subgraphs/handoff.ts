// An agent, a graph of its own, hands over to another one: its output says where the graph around it goes on, and what it writes.
// Answers: how does a node within a subgraph lead to a node of the graph around it?
import { append, choose, defineFlow, graph, last, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const AGENTS = ['travel', 'hotels', 'weather'];

/** An agent: it looks something up as often as it likes, then answers, or names the agent that is to go on. */
const agent = (name: string) => ({
  ...graph({
    state: { request: replace<string>(), facts: append<string>(), goto: last<string>(''), said: append<string>() },
    nodes: {
      think: task(`model:${name}`, { leadsTo: ['lookUp', '$end'] }),
      lookUp: task('tool:look-up', { writes: { facts: '${{ output }}' } }),
    },
    edges: [{ from: 'lookUp', to: 'think' }],
    entry: 'think',
    stepsMax: 20,
    output: ['goto', 'said'],
  }),
  input: { request: '${{ state.request }}' },
  writes: { said: '${{ output.said }}' },
});

/** Where the graph goes on is looked at in the agent's output; a name that is none of these ends it. */
const handover = (from: string) =>
  choose(
    from,
    AGENTS.filter((to) => to !== from).map((to) => ({ when: `output.goto == '${to}'`, to })),
  );

const flow = defineFlow(
  'agency',
  graph({
    state: { request: replace<string>(), said: append<string>() },
    nodes: Object.fromEntries(AGENTS.map((name) => [name, agent(name)])),
    edges: AGENTS.map(handover),
    entry: 'travel',
    stepsMax: 10,
    output: ['said'],
  }),
);

const handlers: LocalHandlers = {
  'model:travel': () => ({ update: { said: 'travel: to Rome, then', goto: 'hotels' }, goto: '$end' }),
  'model:hotels': ({ facts }) => {
    const [fact] = facts as string[];
    if (fact === undefined) return { goto: 'lookUp' };
    return { update: { said: `hotels: ${fact}`, goto: 'weather' }, goto: '$end' };
  },
  'model:weather': () => ({ update: { said: 'weather: it is sunny' }, goto: '$end' }),
  'tool:look-up': () => 'a room for two',
};

const run = runLocal(flow, { handlers, input: { request: 'a holiday' } });
for await (const { update } of run.stream('updates')) {
  if (update.kind === 'started') console.log(update.label ?? update.at);
}
console.log(await run.output());
