import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const did = (what: string) => capability(`same:saga-${what}`, { description: what }, (input) => ({ did: what, input }));

/** Steps that are undone in reverse when a later one fails. */
export const saga: Scenario = {
  name: 'saga',
  definitions: [
    flow('saga', {
      kind: 'saga',
      steps: [
        {
          name: 'reserve',
          node: { kind: 'task', call: 'same:saga-reserve' },
          undo: { kind: 'task', call: 'same:saga-release', input: { of: '${{ input.output.did }}' } },
        },
        {
          name: 'pay',
          node: { kind: 'task', call: 'same:saga-pay', input: { amount: 3 } },
          undo: { kind: 'task', call: 'same:saga-refund', input: { amount: '${{ input.input.amount }}' } },
        },
        { name: 'ship', node: { kind: 'task', call: 'same:saga-ship' } },
      ],
    }),
  ],
  capabilities: () => [
    did('reserve'),
    did('release'),
    did('pay'),
    did('refund'),
    capability('same:saga-ship', { description: 'fails' }, () => {
      throw tauError('STEP_FAILED', 'the road is closed');
    }),
  ],
  async play(stage) {
    await stage.start('run', 'saga', { order: 7 });
    await stage.ended('run');
  },
};
