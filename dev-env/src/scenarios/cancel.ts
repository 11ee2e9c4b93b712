import { capability } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import { flow, type Scenario } from './scenario.ts';

/** Cancelled in the middle, gracefully: what runs is withdrawn, what was done is undone. */
export const cancel: Scenario = {
  name: 'cancel',
  definitions: [
    flow('cancel', {
      kind: 'saga',
      steps: [
        {
          name: 'take',
          node: { kind: 'task', call: 'same:cancel-take' },
          undo: { kind: 'task', call: 'same:cancel-give-back', input: { what: '${{ input.output.what }}' } },
        },
        { name: 'hold', node: { kind: 'task', call: 'same:cancel-hold' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:cancel-take', { description: 'takes' }, () => ({ what: 'a seat' })),
    capability('same:cancel-hold', { description: 'never ends' }, (_, { signal }) => givenUp(signal)),
    capability('same:cancel-give-back', { description: 'gives back' }, (input) => input),
  ],
  async play(stage) {
    await stage.start('run', 'cancel');
    await stage.asksFor('run', 'hold');
    await stage.cancel('run', 'the trip is off');
    await stage.ended('run');
  },
};
