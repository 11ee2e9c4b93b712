import { capability, requireInput } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const task = (name: string, interrupt: object) => ({
  name,
  node: { kind: 'task', call: 'same:questions-task', input: { name, n: '${{ input.n }}' }, interrupt },
});

/** Questions of a node of their own, before a node, after it and by a handler; approved, edited, responded to and rejected. */
export const questions: Scenario = {
  name: 'questions',
  definitions: [
    flow('questions', {
      kind: 'parallel',
      failure: 'collect',
      nodes: [
        { name: 'ask', node: { kind: 'ask', question: 'How many, ${{ input.who }}?', schema: { type: 'number' } } },
        task('edited', {
          before: { question: 'Start with ${{ input.n }}?' },
          after: { question: 'Keep ${{ output.n }}?' },
        }),
        task('responded', { before: { question: 'Do it, or say what it gives?' } }),
        { name: 'handler', node: { kind: 'task', call: 'same:questions-handler' } },
        { name: 'null', node: { kind: 'task', call: 'same:questions-handler' } },
        task('rejected', { after: { question: 'Good enough?', actions: ['approve', 'reject'] } }),
      ],
    }),
  ],
  capabilities: () => [
    capability('same:questions-handler', { description: 'asks' }, (_, { answer }) => {
      if (answer === undefined) return requireInput('Which one?', { type: 'string' });
      return { chosen: answer };
    }),
    capability('same:questions-task', { description: 'doubles' }, ({ name, n }) => ({
      name: String(name),
      n: Number(n) * 2,
    })),
  ],
  async play(stage) {
    await stage.start('run', 'questions', { who: 'Ada', n: 4 });
    await stage.asksFor('run', 'rejected:after');
    await stage.answer('run', 'edited:before', { action: 'edit', value: { name: 'edited', n: 10 } });
    await stage.answer('run', 'edited:after', { action: 'approve' });
    await stage.answer('run', 'responded:before', { action: 'respond', value: { said: true } });
    await stage.answer('run', 'rejected:after', { action: 'reject', value: 'too much' });
    await stage.answer('run', 'handler', 'the second');
    await stage.settled('run', 'handler');
    await stage.answer('run', 'null', null);
    await stage.settled('run', 'null');
    await stage.answer('run', 'ask', { action: 'respond', value: 3 });
    await stage.ended('run');
  },
};
