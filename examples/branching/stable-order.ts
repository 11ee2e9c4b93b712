// Updates of one step come in in the order of the nodes in the definition, whoever was quickest.
// Answers: is the result the same in every run, and how do I get an order of my own?
import { setImmediate } from 'node:timers/promises';
import { append, defineFlow, each, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'bids',
  graph({
    state: {
      sellers: replace<string[]>([]),
      bids: append<{ seller: string; price: number }>(),
      best: replace<string>(),
    },
    nodes: {
      open: task('tool:open', { writes: { sellers: '${{ output }}' } }),
      bid: task('tool:bid', {
        input: { seller: '${{ item }}', place: '${{ index }}' },
        writes: { bids: '${{ output }}' },
      }),
      // An order of one's own is made by the node that joins.
      choose: task('tool:cheapest', { writes: { best: '${{ output.seller }}' } }),
    },
    edges: [each('open', 'state.sellers', 'bid'), edge('bid', 'choose')],
    output: ['bids', 'best'],
  }),
);

const PRICES: { readonly [seller: string]: number } = { anna: 30, bert: 20, cleo: 40 };
const answered: string[] = [];
const { outcome } = await runLocal(flow, {
  handlers: {
    'tool:open': () => Object.keys(PRICES),
    'tool:bid': async ({ seller, place }) => {
      // The last one asked is the first to answer.
      while (answered.length < 2 - Number(place)) await setImmediate();
      answered.push(String(seller));
      return { seller: String(seller), price: PRICES[String(seller)] ?? 0 };
    },
    'tool:cheapest': ({ bids }) =>
      (bids as { seller: string; price: number }[]).toSorted((a, b) => a.price - b.price)[0],
  },
}).ended;
console.log('they answered in this order:', answered);
console.log(outcome.kind === 'ok' ? outcome.output : outcome);
