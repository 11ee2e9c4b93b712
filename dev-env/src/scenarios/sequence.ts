import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const step = (number: number) => ({
  kind: 'task',
  call: 'same:sequence-step',
  input: { number, before: '${{ state.sum }}' },
});

/** A graph whose nodes follow each other. */
export const sequence: Scenario = {
  name: 'sequence',
  definitions: [
    flow('sequence', {
      kind: 'graph',
      state: { sum: { reducer: 'add' }, notes: { reducer: 'append' } },
      nodes: { a: step(1), b: step(2), c: step(3) },
      edges: [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
      ],
      entry: ['a'],
    }),
  ],
  capabilities: () => [
    capability('same:sequence-step', { description: 'counts' }, ({ number, before }) => ({
      sum: Number(number),
      notes: `${String(number)} after ${String(before)}`,
    })),
  ],
  async play(stage) {
    await stage.start('run', 'sequence');
    await stage.ended('run');
  },
};
