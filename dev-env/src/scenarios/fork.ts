import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** A run that has ended is forked where it asked, with another state: the fork asks anew, and comes to another end. */
export const fork: Scenario = {
  name: 'fork',
  definitions: [
    flow('fork', {
      kind: 'graph',
      state: { n: {}, who: {}, result: {} },
      nodes: {
        count: { kind: 'task', call: 'same:fork-count', writes: { n: '${{ output.n }}' } },
        sure: { kind: 'ask', question: 'Is ${{ state.n }} right?', writes: { who: '${{ output }}' } },
        end: { kind: 'pass', input: { result: '${{ state.who }} says ${{ state.n }}' } },
      },
      edges: [
        { from: 'count', to: 'sure' },
        { from: 'sure', to: 'end' },
      ],
      entry: ['count'],
    }),
  ],
  capabilities: () => [capability('same:fork-count', { description: 'counts' }, () => ({ n: 3 }))],
  async play(stage) {
    await stage.start('first', 'fork');
    await stage.answer('first', 'sure@2', { action: 'respond', value: 'Ada' });
    await stage.ended('first');
    await stage.fork('second', 'first', 'sure@2', { values: { n: 10 } });
    await stage.answer('second', 'sure@2', { action: 'respond', value: 'Bob' });
    await stage.ended('second');
    await stage.fork('third', 'first', 'sure@2', { values: { who: 'Cy' }, goto: ['end'] });
    await stage.ended('third');
  },
};
