import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** A pause of the program's own between two calls. */
export const wait: Scenario = {
  name: 'wait',
  definitions: [
    flow('wait', {
      kind: 'chain',
      nodes: [
        { name: 'before', node: { kind: 'task', call: 'same:wait-task' } },
        { name: 'pause', node: { kind: 'wait', ms: '${{ input.ms }}' } },
        { name: 'after', node: { kind: 'task', call: 'same:wait-task' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:wait-task', { description: 'how long to wait' }, ({ ms }) => ({ ms: ms === undefined ? 5 : 0 })),
  ],
  async play(stage) {
    await stage.start('run', 'wait');
    await stage.ended('run');
  },
};
