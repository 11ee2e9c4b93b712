import { flow, type Scenario } from './scenario.ts';

/** A flow that publishes events, and some that it may not. */
export const publish: Scenario = {
  name: 'publish',
  definitions: [
    flow('publish', {
      kind: 'chain',
      nodes: [
        {
          name: 'begun',
          node: {
            kind: 'task',
            call: 'event:publish@v1',
            input: { type: 'same.publish.begun', data: { n: '${{ input.n }}' }, subject: 'work' },
          },
        },
        { name: 'done', node: { kind: 'task', call: 'event:publish@v1', input: { type: 'same.publish.done' } } },
        { name: 'wrong', node: { kind: 'task', call: 'event:publish@v1', input: { data: 1 }, onError: 'continue' } },
        {
          name: 'elsewhere',
          node: {
            kind: 'task',
            call: 'event:publish@v1',
            input: { type: 'same.publish.there', sessionId: 'tau/schedules' },
            onError: 'continue',
          },
        },
      ],
    }),
  ],
  async play(stage) {
    await stage.start('run', 'publish', { n: 2 });
    await stage.ended('run');
  },
};
