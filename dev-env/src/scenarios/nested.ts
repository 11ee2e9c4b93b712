import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const leaf = (where: string) => ({
  kind: 'task',
  call: 'same:nested-leaf',
  input: { where, path: '${{ state.path }}' },
});

/** A graph in a graph in a graph: each has a state of its own, and gives it to the one around it. */
export const nested: Scenario = {
  name: 'nested',
  definitions: [
    flow('nested', {
      kind: 'graph',
      state: { path: { reducer: 'append' } },
      nodes: {
        top: leaf('top'),
        middle: {
          kind: 'graph',
          input: { path: '${{ state.path }}' },
          writes: { path: 'middle gave ${{ length(output.path) }}' },
          state: { path: { reducer: 'append' } },
          nodes: {
            bottom: {
              kind: 'graph',
              input: {},
              writes: { path: 'bottom gave ${{ length(output.path) }}' },
              state: { path: { reducer: 'append' } },
              nodes: { last: leaf('last') },
              edges: [],
              entry: ['last'],
            },
            after: leaf('after'),
          },
          edges: [{ from: 'bottom', to: 'after' }],
          entry: ['bottom'],
        },
      },
      edges: [{ from: 'top', to: 'middle' }],
      entry: ['top'],
    }),
  ],
  capabilities: () => [
    capability('same:nested-leaf', { description: 'where it is' }, ({ where, path }) => ({
      path: `${String(where)} at ${(path as string[]).length}`,
    })),
  ],
  async play(stage) {
    await stage.start('run', 'nested');
    await stage.ended('run');
  },
};
