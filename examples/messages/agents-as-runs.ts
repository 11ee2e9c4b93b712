// Agents that are runs of flows: a hub brings them messages, one after another, and their answers back.
// Answers: how do durable agents ask each other, and answer when they are ready?
import { HOST_CAPABILITIES } from 'tau-core';
import { defineHub } from 'tau-orchestrate';
import { chain, defineFlow, loopUntil, receive, task } from 'tau-orchestrate/flow';
import { type LocalOptions, memoryStore, runLocal } from 'tau-orchestrate/local';

// An agent handles three deliveries: it waits for one, works, and answers the hub's run under the delivery's id.
const coder = defineFlow(
  'coder',
  loopUntil(
    'round >= 3',
    chain({
      asked: receive({ when: "message.op == 'delivery'" }),
      code: task('model:code'),
      answer: task(HOST_CAPABILITIES.sendInput, {
        input: {
          runId: '${{ input.replyTo }}',
          content: { op: 'answered', deliveryId: '${{ input.deliveryId }}', output: '${{ input.code }}' },
        },
      }),
    }),
    { roundsMax: 3 },
  ),
);

// Whoever asks is a run, too: it asks by a message, and waits for the answer that has its id.
const planner = defineFlow(
  'planner',
  chain({
    ask: task(HOST_CAPABILITIES.sendInput, {
      input: {
        runId: 'team',
        content: {
          op: 'request',
          id: '${{ input.what }}',
          from: '${{ run.id }}',
          to: 'coder',
          body: '${{ input.what }}',
          replyTo: '${{ run.id }}',
        },
      },
    }),
    answer: receive({ when: "message.op == 'answer'" }),
  }),
);

const team = defineHub({ name: 'team', agents: [{ name: 'coder', runId: 'coder' }] });

// Runs of one store reach each other.
const options: LocalOptions = {
  store: memoryStore(),
  handlers: {
    'model:code': ({ body, deliveryId, replyTo }) => ({
      deliveryId: deliveryId ?? null,
      replyTo: replyTo ?? null,
      code: `function ${String(body)}() {}`,
    }),
  },
};
const hub = runLocal(team, { ...options, runId: 'team' });
const agent = runLocal(coder, { ...options, runId: 'coder' });
const asked = ['parse', 'print', 'check'].map((what) =>
  runLocal(planner, { ...options, runId: `planner-${what}`, input: { what } }),
);
for (const one of asked) {
  const { id, outcome } = (await one.output()) as { id: string; outcome: { output: string } };
  console.log(`${id}: ${outcome.output}`);
}
console.log('the coder', (await agent.ended).outcome.kind);
hub.cancel('all was said');
console.log('the hub', (await hub.ended).outcome.kind);
