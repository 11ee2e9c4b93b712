import { tauError } from 'tau-core';
import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const start = (n: number) => ({
  kind: 'task',
  call: 'run:start@v1',
  input: { definition: 'child', input: { n, of: '${{ run.session }}' }, event: { type: 'same.child', data: { n } } },
  onError: 'continue',
});

/** A flow that starts two others, one after another, and waits for each: one succeeds, one fails. */
export const child: Scenario = {
  name: 'child',
  definitions: [
    flow('child', { kind: 'task', call: 'same:child-work' }),
    flow('parent', {
      kind: 'graph',
      state: { good: {}, bad: {}, lost: {} },
      nodes: {
        good: { ...start(1), writes: { good: '${{ output }}' } },
        bad: { ...start(2), writes: { bad: '${{ output }}' } },
        lost: {
          kind: 'task',
          call: 'run:start@v1',
          input: { definition: 'nowhere' },
          onError: 'continue',
          writes: { lost: '${{ output.error.id }}' },
        },
      },
      edges: [
        { from: 'good', to: 'bad' },
        { from: 'bad', to: 'lost' },
      ],
      entry: ['good'],
    }),
  ],
  capabilities: () => [
    capability('same:child-work', { description: 'works once' }, ({ n, of }) => {
      if (n !== 1) throw tauError('STEP_FAILED', `number ${String(n)} is too much`);
      return { worked: String(of) };
    }),
  ],
  async play(stage) {
    await stage.start('parent', 'parent');
    await stage.ended('parent');
  },
};
