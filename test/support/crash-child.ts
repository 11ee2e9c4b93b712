import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileStore, type LocalHandler, runLocal, sqliteStore } from 'tau-orchestrate/local';
import { call, scripted } from './scripted.js';

/*
 * A run of many steps that its parent kills and starts again. It notes in `calls.log` which calls its handlers begin, in
 * `done.log` which have ended, and how the run ended.
 */
const [kind, folder = ''] = process.argv.slice(2);
const store =
  kind === 'files' ? fileStore({ path: join(folder, 'runs') }) : sqliteStore({ path: join(folder, 'runs.db') });

const step: LocalHandler = async (_, { callId, redelivered, idempotencyKey }) => {
  appendFileSync(join(folder, 'calls.log'), `${callId} ${redelivered} ${idempotencyKey}\n`);
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  appendFileSync(join(folder, 'done.log'), `${callId}\n`);
  return callId;
};

const stages = Array.from({ length: 60 }, (_, n) =>
  ['a', 'b', 'c'].map((lane) => call(`${lane}${n}`, { capability: 't:step' })),
);
const run = runLocal(scripted(stages), { handlers: { 't:step': step }, store, runId: 'crash', frameEvery: 8 });
const { outcome } = await run.ended;
await store.close();
appendFileSync(join(folder, 'ended.log'), `${JSON.stringify(outcome)}\n`);
