import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** Six items, two at a time; one fails, and what the others gave is collected. */
export const map: Scenario = {
  name: 'map',
  definitions: [
    flow('map', {
      kind: 'map',
      over: 'input.items',
      workers: 2,
      failure: 'collect',
      node: { kind: 'task', call: 'same:map-item', input: { item: '${{ item }}' } },
    }),
  ],
  capabilities: (gates) => [
    capability('same:map-item', { description: 'halves' }, ({ item }) =>
      gates.inTurn('map', Number(item), () => {
        if (item === 3) throw tauError('STEP_FAILED', 'three is odd', { details: { item } });
        return { half: Number(item) / 2 };
      }),
    ),
  ],
  async play(stage) {
    await stage.start('run', 'map', { items: [0, 1, 2, 3, 4, 5] });
    await stage.ended('run');
  },
};
