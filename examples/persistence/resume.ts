// A run in a file: one process begins it and is gone, another one goes on with it.
// Answers: how does a run survive the end of its process?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { append, ask, defineFlow, edge, graph, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal, sqliteStore } from 'tau-orchestrate/local';

const flow = defineFlow(
  'order',
  graph({
    state: { log: append<string>() },
    nodes: {
      quote: task('tool:quote', { writes: { log: '${{ output }}' } }),
      agree: ask('Do you agree to ${{ state.log[0] }}?', { actions: ['approve'], writes: { log: 'agreed' } }),
      order: task('tool:order', { writes: { log: '${{ output }}' } }),
    },
    edges: [edge('quote', 'agree'), edge('agree', 'order')],
  }),
);
const handlers: LocalHandlers = {
  'tool:quote': () => {
    console.log('quoting');
    return '30 euros';
  },
  'tool:order': () => 'ordered',
};

const folder = mkdtempSync(join(tmpdir(), 'tau-example-'));
const path = join(folder, 'runs.db');

// The first process: the run asks, and is let go of.
const before = sqliteStore({ path });
const run = runLocal(flow, { runId: 'order-1', store: before, handlers });
await run.idle();
run.letGo();
// Whoever waited for its end learns that it goes on elsewhere.
await run.ended.catch((thrown: Error) => console.log(thrown.message));
await before.close();

// The second one, days later: the same run id finds the run, and nothing is quoted again.
const after = sqliteStore({ path });
const again = runLocal(flow, { runId: 'order-1', store: after, handlers });
const [question] = (await again.idle()).questions;
console.log(question?.question);
if (question !== undefined) await again.answer(question, { action: 'approve' });
console.log((await again.ended).outcome);

await after.close();
rmSync(folder, { recursive: true });
