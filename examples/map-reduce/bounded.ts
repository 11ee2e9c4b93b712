// A map of at most two at a time that goes on when some items fail, and says of each how it ended.
// Answers: how do I keep a fan-out from flooding what it calls, and from losing all for one failure?
import { setImmediate } from 'node:timers/promises';
import { defineFlow, mapOver, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'pages',
  mapOver(task('tool:fetch', { input: { page: '${{ item }}' } }), {
    over: 'input.pages',
    workers: 2,
    // `fail-fast`, the default, would cancel the others at the first failure.
    failure: 'collect',
  }),
);

let inFlight = 0;
let most = 0;
const { outcome } = await runLocal(flow, {
  input: { pages: ['home', 'about', 'broken', 'shop', 'contact'] },
  handlers: {
    'tool:fetch': async ({ page }) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await setImmediate();
      inFlight -= 1;
      if (page === 'broken') throw new Error('404');
      return { page: String(page), words: String(page).length };
    },
  },
}).ended;

if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
for (const one of outcome.output as ({ ok: true; output: unknown } | { ok: false; error: { message: string } })[]) {
  console.log(one.ok ? one.output : `failed: ${one.error.message}`);
}
console.log(`at most ${most} at once`);
