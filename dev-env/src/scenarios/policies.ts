import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** Calls that the host lets through one at a time, and so many in a while. */
export const policies: Scenario = {
  name: 'policies',
  definitions: [
    flow('policies', {
      kind: 'map',
      over: 'input.items',
      failure: 'collect',
      node: {
        kind: 'task',
        call: 'same:policies-item',
        input: { item: '${{ item }}' },
        policy: {
          rate: { key: 'items', max: 3, perMs: 10 },
          bulkhead: { key: 'items', max: 1 },
          breaker: { key: 'items', failuresMax: 3, openMs: 60_000 },
        },
      },
    }),
  ],
  capabilities: () => [
    capability('same:policies-item', { description: 'fails now and then' }, ({ item }) => {
      if (Number(item) % 3 === 2) throw tauError('STEP_FAILED', `not ${String(item)}`);
      return { item: Number(item) };
    }),
  ],
  async play(stage) {
    await stage.start('run', 'policies', { items: [0, 1, 2, 3, 4, 5] });
    await stage.ended('run');
  },
};
