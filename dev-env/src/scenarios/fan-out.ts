import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const WIDTH = 20;

/** One node for each of 20 items, side by side, and one after all of them. They answer in the order of the items. */
export const fanOut: Scenario = {
  name: 'fan-out',
  definitions: [
    flow('fan-out', {
      kind: 'graph',
      state: { items: {}, squares: { reducer: 'append' }, sum: {} },
      nodes: {
        plan: { kind: 'pass', input: { items: Array.from({ length: WIDTH }, (_, index) => index) } },
        branch: { kind: 'task', call: 'same:fan-out-branch', input: { item: '${{ item }}', index: '${{ index }}' } },
        join: { kind: 'task', call: 'same:fan-out-join', input: { squares: '${{ state.squares }}' } },
      },
      edges: [
        { from: 'plan', each: 'state.items', to: 'branch' },
        { from: 'branch', to: 'join' },
      ],
      entry: ['plan'],
    }),
  ],
  capabilities: (gates) => [
    capability('same:fan-out-branch', { description: 'squares' }, ({ item }) =>
      gates.inTurn('fan-out', Number(item), () => ({ squares: Number(item) ** 2 })),
    ),
    capability('same:fan-out-join', { description: 'adds up' }, ({ squares }) => ({
      sum: (squares as number[]).reduce((sum, square) => sum + square, 0),
    })),
  ],
  async play(stage) {
    await stage.start('run', 'fan-out');
    await stage.ended('run');
  },
};
