import { flow, type Scenario } from './scenario.ts';

/** A flow that starts itself, and waits: the deepest is refused, with the same words on every host. */
export const depth: Scenario = {
  name: 'depth',
  definitions: [flow('depth', { kind: 'task', call: 'run:start@v1', input: { definition: 'depth' } })],
  async play(stage) {
    await stage.start('run', 'depth');
    await stage.ended('run');
  },
};
