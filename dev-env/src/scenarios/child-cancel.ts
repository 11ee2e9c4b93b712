import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** A run that waits for another one is cancelled: the other one is, too, and undoes what it did. */
export const childCancel: Scenario = {
  name: 'child-cancel',
  definitions: [
    flow('cancelled-child', {
      kind: 'saga',
      steps: [
        {
          name: 'do',
          node: { kind: 'task', call: 'same:child-cancel-act', input: { act: 'do' } },
          undo: { kind: 'task', call: 'same:child-cancel-act', input: { act: 'undo' } },
        },
        { name: 'ask', node: { kind: 'ask', question: 'And now?' } },
      ],
    }),
    flow('cancelled-parent', { kind: 'task', call: 'run:start@v1', input: { definition: 'cancelled-child' } }),
  ],
  capabilities: () => [capability('same:child-cancel-act', { description: 'gives its input' }, (input) => input)],
  async play(stage) {
    await stage.start('parent', 'cancelled-parent');
    await stage.asksFor('parent/$root', 'ask');
    await stage.cancel('parent', 'nobody needs it');
    await stage.ended('parent');
    await stage.settled('parent/$root', 'do$undo');
  },
};
