import { flow, type Scenario } from './scenario.ts';

/** Three runs want one lock of which one may wait: the third takes the place of the second. */
export const lockReplace: Scenario = {
  name: 'lock-replace',
  definitions: [
    flow('lock-replace', {
      kind: 'chain',
      nodes: [
        {
          name: 'alone',
          node: { kind: 'ask', question: 'Alone?', onError: 'continue', lock: { key: 'seat', waiting: 'replace' } },
        },
      ],
    }),
  ],
  async play(stage) {
    for (const as of ['first', 'second', 'third']) {
      await stage.start(as, 'lock-replace');
      await stage.asksFor(as, 'alone:lock');
    }
    await stage.ended('second');
    await stage.answer('first', 'alone', { action: 'approve' });
    await stage.answer('third', 'alone', { action: 'approve' });
    await stage.ended('first');
    await stage.ended('third');
  },
};
