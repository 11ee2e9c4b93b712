// A tool that a model chose writes keys of the state itself, beside its answer to the model.
// Answers: how does what a tool finds out get into the state?
import { append, choose, defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

interface Message {
  readonly from: 'user' | 'model' | 'tool';
  readonly text: string;
}

const flow = defineFlow(
  'service',
  graph({
    state: { messages: append<{ from: string; text: string }>(), customer: replace<{ id: number; name: string }>() },
    nodes: {
      model: task('model:chat', { writes: { messages: '${{ output }}' } }),
      // The tool's output has both: what the model is told, and what the state is to know.
      lookup: task('tool:lookup', {
        input: { session: '${{ run.session }}' },
        writes: { messages: { from: 'tool', text: '${{ output.told }}' }, customer: '${{ output.customer }}' },
      }),
    },
    edges: [
      choose('model', [{ when: "output.text == 'call lookup'", to: 'lookup' }, { to: '$end' }]),
      edge('lookup', 'model'),
    ],
    entry: 'model',
    stepsMax: 10,
  }),
);

const { outcome } = await runLocal(flow, {
  sessionId: 'customer-7',
  input: { messages: [{ from: 'user', text: 'who am I?' }] },
  handlers: {
    'model:chat': ({ messages, customer }) => {
      const last = (messages as unknown as Message[]).at(-1);
      if (last?.from === 'user') return { from: 'model', text: 'call lookup' };
      return { from: 'model', text: `you are ${(customer as { name: string }).name}` };
    },
    'tool:lookup': ({ session }) => ({
      told: 'found the account',
      customer: { id: Number(String(session).split('-')[1]), name: 'Mona' },
    }),
  },
}).ended;
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
