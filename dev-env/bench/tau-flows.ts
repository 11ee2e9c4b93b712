import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalHandler, type RunStore, runLocal, sqliteStore } from 'tau-orchestrate/local';
import { BRANCH, FLOWS, type Flow, STEP } from './flow-shapes.ts';
import { measure } from './peers/workload.mjs';

// TAU's local runner on the shapes of the peers: a process of its own, as each of them is.
const manifest = readFileSync(new URL('../../tau-orchestrate/package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };

const handlers: { readonly [capability: string]: LocalHandler } = {
  [STEP]: async () => ({ count: 1 }),
  [BRANCH]: async ({ limit }) => ({ items: [limit ?? null] }),
};

function runsWith(store: RunStore | undefined): { [shape: string]: () => Promise<unknown> } {
  const run = async (flow: Flow): Promise<void> => {
    const { outcome } = await runLocal(flow, { handlers, ...(store && { store }) }).ended;
    if (outcome.kind !== 'ok') throw new Error(`${flow.definition.name}: ${JSON.stringify(outcome)}`);
  };
  return Object.fromEntries(Object.entries(FLOWS).map(([shape, flow]) => [shape, () => run(flow)]));
}

const who = { peer: 'TAU', version, durable: false };
await measure({ ...who, storage: 'memory' }, runsWith(undefined));
const folder = mkdtempSync(join(tmpdir(), 'tau-bench-'));
const store = sqliteStore({ path: join(folder, 'runs.db') });
await measure({ ...who, storage: 'SQLite FULL', durable: true }, runsWith(store));
await store.close();
rmSync(folder, { recursive: true, force: true });
