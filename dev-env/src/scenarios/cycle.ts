import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** A graph that goes round until a condition holds. */
export const cycle: Scenario = {
  name: 'cycle',
  definitions: [
    flow('cycle', {
      kind: 'graph',
      state: { count: { reducer: 'add' }, verdict: {} },
      nodes: {
        turn: { kind: 'task', call: 'same:cycle-turn', input: { count: '${{ state.count }}' } },
        end: { kind: 'pass', input: { verdict: 'after ${{ state.count }} turns' } },
      },
      edges: [{ from: 'turn', choose: [{ when: 'state.count < 4', to: 'turn' }, { to: 'end' }] }],
      entry: ['turn'],
      stepsMax: 20,
    }),
  ],
  capabilities: () => [capability('same:cycle-turn', { description: 'one more' }, () => ({ count: 1 }))],
  async play(stage) {
    await stage.start('run', 'cycle');
    await stage.ended('run');
  },
};
