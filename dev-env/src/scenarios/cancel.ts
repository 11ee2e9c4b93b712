import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import { flow, type Scenario } from './scenario.ts';

/** Cancelled in the middle, gracefully: what runs is withdrawn, what was done is undone, and that is tried again. */
export const cancel: Scenario = {
  name: 'cancel',
  definitions: [
    flow('cancel', {
      kind: 'saga',
      steps: [
        {
          name: 'take',
          node: { kind: 'task', call: 'same:cancel-take' },
          undo: {
            kind: 'task',
            call: 'same:cancel-give-back',
            input: { what: '${{ input.output.what }}' },
            retry: { attemptsMax: 3, firstDelayMs: 1, factor: 1, delayMaxMs: 1 },
          },
        },
        { name: 'hold', node: { kind: 'task', call: 'same:cancel-hold' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:cancel-take', { description: 'takes' }, () => ({ what: 'a seat' })),
    capability('same:cancel-hold', { description: 'never ends' }, (_, { signal }) => givenUp(signal)),
    capability('same:cancel-give-back', { description: 'gives back at the second attempt' }, (input, { attempt }) => {
      if (attempt === 1) throw tauError('HANDLER_FAILED', 'nobody there', { retryable: true });
      return input;
    }),
  ],
  async play(stage) {
    await stage.start('run', 'cancel');
    await stage.asksFor('run', 'hold');
    await stage.cancel('run', 'the trip is off');
    await stage.ended('run');
  },
};
