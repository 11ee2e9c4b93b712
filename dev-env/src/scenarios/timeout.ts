import { capability } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import { flow, type Scenario } from './scenario.ts';

/**
 * A question that nobody answers in its time takes its default; a node around one that has no end is out of time, and so is a call
 * at the very moment at which its node is.
 */
export const timeout: Scenario = {
  name: 'timeout',
  definitions: [
    flow('timeout', {
      kind: 'chain',
      nodes: [
        {
          name: 'asked',
          node: {
            kind: 'ask',
            question: 'Anybody there?',
            deadlineMs: 5,
            default: { action: 'respond', value: { answer: 'nobody' } },
          },
        },
        {
          name: 'long',
          node: {
            kind: 'parallel',
            timeoutMs: 5,
            onError: 'continue',
            nodes: [
              { name: 'pause', node: { kind: 'wait', ms: 3_600_000 } },
              { name: 'question', node: { kind: 'ask', question: 'Still nobody?' } },
            ],
          },
        },
        {
          name: 'task',
          node: { kind: 'task', call: 'same:timeout-hangs', timeoutMs: 20, onError: 'continue' },
        },
        {
          name: 'around',
          node: {
            kind: 'chain',
            timeoutMs: 20,
            onError: 'continue',
            nodes: [
              { name: 'hangs', node: { kind: 'task', call: 'same:timeout-hangs', onError: 'continue' } },
              { name: 'never', node: { kind: 'task', call: 'same:timeout-after' } },
            ],
          },
        },
        { name: 'after', node: { kind: 'task', call: 'same:timeout-after' } },
      ],
    }),
  ],
  capabilities: () => [
    capability('same:timeout-after', { description: 'gives its input' }, (input) => input),
    capability('same:timeout-hangs', { description: 'never ends' }, (_, { signal }) => givenUp(signal)),
  ],
  async play(stage) {
    await stage.start('run', 'timeout');
    await stage.ended('run');
  },
};
