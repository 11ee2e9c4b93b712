// Steps that are undone in reverse when a later one fails, or when the run is cancelled.
// Answers: how do I take back what was done when the whole cannot be done?
import { defineFlow, saga, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'journey',
  saga({
    flight: {
      node: task('tool:book-flight'),
      undo: task('tool:cancel', { input: { booking: '${{ input.output.flight }}' } }),
    },
    hotel: {
      node: task('tool:book-hotel'),
      // An `undo` is given `{ input, output }` of its step, and may be tried again like any call.
      undo: task('tool:cancel', {
        input: { booking: '${{ input.output.hotel }}' },
        retry: { attemptsMax: 10, firstDelayMs: 1_000, factor: 2, delayMaxMs: 60_000 },
      }),
    },
    pay: task('tool:pay'),
  }),
);

const handlers = (money: number) => ({
  'tool:book-flight': () => {
    console.log('booked the flight');
    return { flight: 'F1', price: 200 };
  },
  'tool:book-hotel': (trip: { readonly [name: string]: unknown }) => {
    console.log('booked the hotel');
    return { flight: String(trip['flight']), hotel: 'H1', price: Number(trip['price']) + 100 };
  },
  'tool:pay': ({ price }: { price?: unknown }) => {
    if (Number(price) > money) throw new Error(`${money} are not enough for ${price}`);
    return { paid: Number(price) };
  },
  'tool:cancel': ({ booking }: { booking?: unknown }) => {
    console.log(`cancelled ${booking}`);
    return null;
  },
});

for (const money of [500, 250]) {
  const { outcome } = await runLocal(flow, { handlers: handlers(money) }).ended;
  console.log(outcome.kind === 'failed' ? outcome.error.message : outcome);
}
