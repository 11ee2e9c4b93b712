// A subgraph that is called several times begins anew each time. What it is to remember it gives back, and is given again.
// Answers: how does a subagent remember what it was asked before?
import { add, append, choose, defineFlow, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const expert = graph({
  state: { question: replace<string>(), notes: append<string>(), answer: replace<string>() },
  nodes: {
    answer: task('model:expert', { writes: { notes: '${{ output.note }}', answer: '${{ output.answer }}' } }),
  },
  edges: [],
  output: ['notes', 'answer'],
});

/** The expert, asked one question after another. Only what `memory` is gives it notes of earlier calls. */
const asking = (memory: string) =>
  defineFlow(
    'asking',
    graph({
      state: {
        questions: replace<string[]>([]),
        asked: add(),
        notes: replace<string[]>([]),
        answers: append<string>(),
      },
      nodes: {
        expert: {
          ...expert,
          input: { question: '${{ state.questions[state.asked] }}', notes: memory },
          writes: { asked: 1, notes: '${{ output.notes }}', answers: '${{ output.answer }}' },
        },
      },
      edges: [choose('expert', [{ when: 'state.asked >= length(state.questions)', to: '$end' }, { to: 'expert' }])],
      entry: 'expert',
      stepsMax: 100,
      output: ['answers'],
    }),
  );

const handlers: LocalHandlers = {
  'model:expert': ({ question, notes }) => ({
    note: String(question),
    answer: `${question}? I was asked ${(notes as string[]).join(', ') || 'nothing'} before`,
  }),
};
const input = { questions: ['bees', 'wasps', 'ants'] };
console.log(await runLocal(asking('${{ state.notes }}'), { handlers, input }).output());
console.log(await runLocal(asking("${{ fromJSON('[]') }}"), { handlers, input }).output());
