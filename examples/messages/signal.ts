// A run that waits for what happens outside: messages, by a condition, with a time limit.
// Answers: how do I tell a run that its order was paid?
import { defineFlow, edge, graph, receive, replace, task } from 'tau-orchestrate/flow';
import { memoryStore, runLocal } from 'tau-orchestrate/local';

const order = defineFlow(
  'order',
  graph({
    state: { number: replace<number>(), paid: replace<number>(0), parcel: replace<string>() },
    nodes: {
      payment: receive({
        when: "message.kind == 'paid' && message.order == state.number",
        writes: { paid: '${{ output.amount }}' },
        timeoutMs: 86_400_000,
        onError: { goto: 'remind' },
      }),
      remind: task('mail:remind', { writes: {} }),
      ship: task('tool:ship', { writes: { parcel: '${{ output.parcel }}' } }),
    },
    edges: [edge('payment', 'ship'), edge('remind', 'payment')],
    entry: 'payment',
    stepsMax: 10,
  }),
);

const store = memoryStore();
const start = () =>
  runLocal(order, {
    runId: 'order-7',
    store,
    input: { number: 7 },
    handlers: {
      'mail:remind': () => null,
      'tool:ship': ({ number }) => ({ parcel: `parcel of order ${number}` }),
    },
  });

const run = start();
// It is for somebody else, and is kept for a node that wants it.
await run.send({ kind: 'paid', order: 8, amount: 3 });
console.log('waits, and has kept', run.view()['messages']);
run.letGo();

// Another process, another day. The key makes it one message, however often it is sent.
const again = start();
const paid = { kind: 'paid', order: 7, amount: 5 };
await Promise.all([again.send(paid, { key: 'bank-1' }), again.send(paid, { key: 'bank-1' })]);
console.log(await again.output());

// Nobody can tell a run that is over.
await again.send(paid).catch((thrown: Error) => console.log(thrown.message));
