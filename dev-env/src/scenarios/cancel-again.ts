import { capability } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import { flow, type Scenario } from './scenario.ts';

/** Cancelled gracefully a second time, while it undoes what was done: the program is told again, and gives that up. */
export const cancelAgain: Scenario = {
  name: 'cancel-again',
  definitions: [
    flow('cancel-again', {
      kind: 'saga',
      steps: [
        {
          name: 'take',
          node: { kind: 'task', call: 'same:cancel-again-take' },
          undo: { kind: 'task', call: 'same:cancel-again-hold' },
        },
        { name: 'hold', node: { kind: 'task', call: 'same:cancel-again-hold' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:cancel-again-take', { description: 'takes' }, () => ({ what: 'a seat' })),
    capability('same:cancel-again-hold', { description: 'never ends' }, (_, { signal }) => givenUp(signal)),
  ],
  async play(stage) {
    await stage.start('run', 'cancel-again');
    await stage.asksFor('run', 'hold');
    await stage.cancel('run', 'the trip is off');
    await stage.asksFor('run', 'take$undo');
    await stage.cancel('run', 'never mind the seat');
    await stage.ended('run');
  },
};
