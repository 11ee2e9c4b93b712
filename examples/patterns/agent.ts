// A model that calls tools until it has an answer: a cycle of two nodes, with the tools of one turn side by side.
// Answers: how do I build an agent, and how do I bound it?
import { append, defineFlow, each, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

interface Message {
  readonly from: 'user' | 'model' | 'tool';
  readonly text: string;
}

const flow = defineFlow(
  'agent',
  graph({
    state: { messages: append<Message & { [key: string]: string }>(), calls: replace([]) },
    nodes: {
      model: task('model:chat', { writes: { messages: '${{ output.message }}', calls: '${{ output.calls }}' } }),
      tool: task('tool:call', {
        input: { name: '${{ item.name }}', city: '${{ item.city }}' },
        // A tool that fails tells the model so.
        onError: 'continue',
        writes: { messages: { from: 'tool', text: '${{ output.text || output.error.message }}' } },
      }),
    },
    // Without calls nothing is due, and the graph is over.
    edges: [each('model', 'output.calls', 'tool'), edge('tool', 'model')],
    entry: 'model',
    stepsMax: 10,
    output: ['messages'],
  }),
);

const handlers: LocalHandlers = {
  'model:chat': ({ messages }) => {
    const answers = (messages as unknown as Message[]).filter(({ from }) => from === 'tool');
    const say = (text: string) => ({ from: 'model', text });
    if (answers.length > 0) return { message: say(answers.map(({ text }) => text).join('; ')), calls: [] };
    const cities = ['Rome', 'Atlantis'];
    return { message: say('let me look'), calls: cities.map((city) => ({ name: 'weather', city })) };
  },
  'tool:call': ({ city }) => {
    if (city === 'Atlantis') throw new Error('there is no such city');
    return { text: `sunny in ${city}` };
  },
};

const question = { from: 'user', text: 'What is the weather in Rome and Atlantis?' };
console.log(await runLocal(flow, { handlers, input: { messages: [question] } }).output());
