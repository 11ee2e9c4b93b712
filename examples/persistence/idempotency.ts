// A process dies after a payment and before it could write that down: the call is made again, with the same key.
// Answers: what is done twice after a crash, and how do I keep it from hurting?
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, memoryStore, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'order',
  chain({ reserve: task('tool:reserve'), pay: task('tool:pay'), ship: task('tool:ship') }),
);

/** The bank, which lives elsewhere: it does what has one key once. */
const payments = new Map<string, string>();
function pay(key: string): string {
  const known = payments.get(key);
  if (known !== undefined) return known;
  const receipt = `receipt ${payments.size + 1}`;
  payments.set(key, receipt);
  return receipt;
}

let paid = (): void => {};
const isPaid = new Promise<void>((resolve) => {
  paid = resolve;
});
let dies = true;
const handlers: LocalHandlers = {
  'tool:reserve': () => {
    console.log('reserved');
    return { item: 'a book' };
  },
  'tool:pay': ({ item }, { idempotencyKey, redelivered }) => {
    const receipt = pay(idempotencyKey);
    console.log(`${receipt} by the key ${idempotencyKey}${redelivered ? ', asked again' : ''}`);
    if (!dies) return { item: String(item), receipt };
    // The answer of the bank is lost.
    paid();
    return new Promise(() => {});
  },
  'tool:ship': ({ item, receipt }) => `${item} is on its way, ${receipt}`,
};

const store = memoryStore();
const run = runLocal(flow, { runId: 'order-7', store, handlers });
await isPaid;
run.letGo();
await run.ended.catch((thrown: Error) => console.log(thrown.message));

dies = false;
// What had ended is not done again; what was open is.
const { outcome } = await runLocal(flow, { runId: 'order-7', store, handlers }).ended;
console.log(outcome, `payments: ${payments.size}`);
