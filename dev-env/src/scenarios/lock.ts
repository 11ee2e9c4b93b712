import { flow, type Scenario } from './scenario.ts';

/** Two runs want one lock: the second waits until the first gives it back. */
export const lock: Scenario = {
  name: 'lock',
  definitions: [
    flow('lock', {
      kind: 'chain',
      nodes: [
        { name: 'alone', node: { kind: 'ask', question: '${{ input.who }} alone?', lock: { key: 'room' } } },
        { name: 'end', node: { kind: 'pass' } },
      ],
    }),
  ],
  async play(stage) {
    await stage.start('first', 'lock', { who: 'first' });
    await stage.asksFor('first', 'alone');
    await stage.start('second', 'lock', { who: 'second' });
    await stage.asksFor('second', 'alone:lock');
    await stage.answer('first', 'alone', { action: 'approve' });
    await stage.ended('first');
    await stage.answer('second', 'alone', { action: 'respond', value: 'at last' });
    await stage.ended('second');
  },
};
