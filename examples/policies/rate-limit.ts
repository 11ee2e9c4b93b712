// At most so many calls in a time, and at most so many at once, over all runs that share a gate; the others wait in order.
// Answers: how do I stay within the limits of an API?
import { CallGate } from 'tau-orchestrate';
import { defineFlow, mapOver, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const PER_MS = 100;

const flow = defineFlow(
  'messages',
  mapOver(
    task('tool:send', {
      input: { to: '${{ item }}' },
      policy: {
        rate: { key: 'mail', max: 2, perMs: PER_MS },
        // More than `waitingMax` that wait are refused with QUEUE_FULL.
        bulkhead: { key: 'mail', max: 10, waitingMax: 1_000 },
      },
    }),
    { over: 'input.people' },
  ),
);

const handlers: LocalHandlers = {
  'tool:send': ({ to }) => {
    console.log(`sent to ${to}`);
    return null;
  },
};

// The limit is that of the gate, not of a run.
const gate = new CallGate();
const startedMs = performance.now();
const runs = [
  ['anna', 'bert', 'cleo'],
  ['dora', 'emil'],
].map((people) => runLocal(flow, { handlers, gate, input: { people } }));
for (const { outcome } of await Promise.all(runs.map(({ ended }) => ended))) console.log(outcome);
console.log('five took two waits:', performance.now() - startedMs >= 2 * PER_MS - 5);
