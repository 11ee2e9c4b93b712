import { capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const ORDER = { kind: 'order', number: 7 };

/**
 * A flow that waits for messages: from a person, and from another run. One comes before anybody waits for it, and is taken by a saga
 * that undoes; one comes while a call is in flight beside the node that waits for it.
 */
export const messages: Scenario = {
  name: 'messages',
  definitions: [
    flow('shop', {
      kind: 'chain',
      nodes: [
        { name: 'order', node: { kind: 'receive', when: "message.kind == 'order'" } },
        {
          name: 'both',
          node: {
            kind: 'parallel',
            nodes: [
              {
                name: 'paid',
                node: { kind: 'receive', when: "message.kind == 'paid' && message.number == input.number" },
              },
              { name: 'packed', node: { kind: 'task', call: 'same:messages-pack' } },
            ],
          },
        },
        {
          name: 'delivery',
          node: {
            kind: 'saga',
            steps: [
              {
                name: 'send',
                node: { kind: 'task', call: 'same:messages-pack' },
                undo: { kind: 'receive', when: "message.kind == 'returned'" },
              },
              { name: 'sign', node: { kind: 'task', call: 'same:messages-sign' } },
            ],
          },
        },
      ],
    }),
    flow('bank', {
      kind: 'chain',
      nodes: [
        { name: 'tell', node: { kind: 'task', call: 'run:send@v1' } },
        { name: 'bell', node: { kind: 'task', call: 'same:messages-paid' } },
      ],
    }),
  ],
  capabilities: (gates) => [
    capability('same:messages-pack', { description: 'packs once it was paid' }, async ({ number, paid }) => {
      if (number !== undefined) await gates.passed('it was paid');
      return { packed: number ?? paid ?? null };
    }),
    capability('same:messages-paid', { description: 'says that it was paid' }, () => {
      gates.open('it was paid');
      return {};
    }),
    capability('same:messages-sign', { description: 'refuses to sign' }, () => {
      throw new Error('nobody was at home');
    }),
  ],
  async play(stage) {
    await stage.start('shop', 'shop');
    // For nobody yet.
    await stage.send('shop', { kind: 'returned', number: 7 });
    await stage.send('shop', ORDER);
    await stage.asksFor('shop', 'both.packed');
    await stage.start('bank', 'bank', { runId: stage.idOf('shop'), content: { kind: 'paid', number: 7 } });
    await stage.ended('bank');
    await stage.ended('shop');
  },
};
