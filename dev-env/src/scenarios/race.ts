import { capability } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import { flow, type Scenario } from './scenario.ts';

/** Three run side by side: one fails, one wins, and one is told to stop. */
export const race: Scenario = {
  name: 'race',
  definitions: [
    flow('race', {
      kind: 'race',
      nodes: [
        { name: 'slow', node: { kind: 'task', call: 'same:race-slow' } },
        { name: 'broken', node: { kind: 'task', call: 'same:race-broken' } },
        { name: 'quick', node: { kind: 'task', call: 'same:race-quick' } },
      ],
    }),
  ],
  capabilities: (gates) => [
    capability('same:race-slow', { description: 'never ends' }, (_, { signal }) => givenUp(signal)),
    capability('same:race-broken', { description: 'fails' }, () =>
      gates.inTurn('race', 0, () => {
        throw new Error('it broke');
      }),
    ),
    capability('same:race-quick', { description: 'wins' }, ({ n }) =>
      gates.inTurn('race', 1, () => ({ n: Number(n) + 1 })),
    ),
  ],
  async play(stage) {
    await stage.start('run', 'race', { n: 1 });
    await stage.ended('run');
  },
};
