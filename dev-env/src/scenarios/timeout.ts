import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

/** A question that nobody answers in its time takes its default; a node around one that has no end is out of time. */
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
        { name: 'after', node: { kind: 'task', call: 'same:timeout-after' } },
      ],
    }),
  ],
  capabilities: () => [capability('same:timeout-after', { description: 'gives its input' }, (input) => input)],
  async play(stage) {
    await stage.start('run', 'timeout');
    await stage.ended('run');
  },
};
