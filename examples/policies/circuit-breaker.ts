// After failures in a row a service is left alone for a while: calls are refused at once, in all runs.
// Answers: how do I keep from hammering a service that is down?
import { setTimeout } from 'node:timers/promises';
import { CallGate } from 'tau-orchestrate';
import { defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

/** How long the bank is left alone; a minute in earnest. */
const OPEN_MS = 1_000;

const flow = defineFlow(
  'charge',
  task('tool:bank', { policy: { breaker: { key: 'bank', failuresMax: 2, openMs: OPEN_MS } } }),
);

let isUp = false;
const handlers: LocalHandlers = {
  'tool:bank': () => {
    console.log('the bank is asked');
    if (!isUp) throw new Error('out of order');
    return 'charged';
  },
};

// Runs that are to share breakers, rates and bulkheads share a gate.
const gate = new CallGate();
const charge = async () => {
  const { outcome } = await runLocal(flow, { handlers, gate }).ended;
  console.log(outcome.kind === 'failed' ? outcome.error.id : outcome);
};

await charge();
await charge();
await charge();

// After `openMs` one call may try; when it succeeds, the circuit is closed again.
await setTimeout(OPEN_MS + 50);
isUp = true;
await charge();
await charge();
