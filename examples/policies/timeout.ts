// A node may take only so long: its call is withdrawn then, and another node takes over.
// Answers: what becomes of a step that hangs?
import { setTimeout } from 'node:timers/promises';
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandler, type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'answer',
  graph({
    state: { answer: replace<string>() },
    nodes: {
      // Any node may have a limit, a whole graph too. It counts all tries of a call, and the waits in between.
      slow: task('model:slow', { timeoutMs: 30, writes: { answer: '${{ output }}' }, onError: { goto: 'quick' } }),
      quick: task('model:quick', { writes: { answer: '${{ output }}' } }),
      tell: task('tool:tell', { writes: {} }),
    },
    edges: [edge('slow', 'tell'), edge('quick', 'tell')],
    entry: 'slow',
  }),
);

const handlers: LocalHandlers = {
  'model:slow': (_, { signal }) => {
    signal.addEventListener('abort', () => console.log('told to stop'));
    // Never answers.
    return new Promise(() => {});
  },
  'model:quick': ({ error }) => `a quick answer, after ${(error as { id: string }).id}`,
  'tool:tell': ({ answer }) => {
    console.log('told:', answer);
    return null;
  },
};
console.log((await runLocal(flow, { handlers }).ended).outcome);

// A handler that shows no sign of life is given up as well, in all runs of this host.
const silent = defineFlow('silent', task('tool:work'));
const talking: LocalHandler = async (_, { progress }) => {
  for (let part = 1; part <= 4; part += 1) {
    await setTimeout(50);
    progress({ part });
  }
  return 'took its time, and said so';
};
for (const handler of [talking, () => new Promise<null>(() => {})]) {
  const { outcome } = await runLocal(silent, { handlers: { 'tool:work': handler }, idleTimeoutMs: 500 }).ended;
  console.log(outcome.kind === 'failed' ? outcome.error.message : outcome);
}
