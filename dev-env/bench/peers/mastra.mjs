import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import { z } from 'zod';
import { measure, SHAPES } from './workload.mjs';

const version = JSON.parse(readFileSync(new URL('node_modules/@mastra/core/package.json', import.meta.url))).version;
const count = z.object({ count: z.number() });
const step = (id) =>
  createStep({
    id,
    inputSchema: count,
    outputSchema: count,
    execute: async ({ inputData }) => ({ count: inputData.count + 1 }),
  });
const workflow = (id) => createWorkflow({ id, inputSchema: count, outputSchema: z.any() });

function sequence() {
  let flow = workflow('sequence');
  for (let at = 0; at < SHAPES.sequence.size; at += 1) flow = flow.then(step(`s${at}`));
  return flow.commit();
}

function fanOut() {
  const plan = createStep({
    id: 'plan',
    inputSchema: count,
    outputSchema: z.array(count),
    execute: async () => Array.from({ length: SHAPES['fan-out'].size }, (_, index) => ({ count: index })),
  });
  const join = createStep({
    id: 'join',
    inputSchema: z.array(count),
    outputSchema: count,
    execute: async ({ inputData }) => ({ count: inputData.length }),
  });
  return workflow('fan-out')
    .then(plan)
    .foreach(step('work'), { concurrency: SHAPES['fan-out'].size })
    .then(join)
    .commit();
}

function loop() {
  return workflow('loop')
    .dountil(step('turn'), async ({ inputData }) => inputData.count >= SHAPES.loop.size)
    .commit();
}

function deep(depth = 1) {
  const flow = createWorkflow({ id: `deep${depth}`, inputSchema: count, outputSchema: count }).then(
    step(`step${depth}`),
  );
  return (depth === SHAPES.deep.size ? flow : flow.then(deep(depth + 1))).commit();
}

const storages = {
  none: undefined,
  'LibSQL file, not synced': () =>
    new LibSQLStore({ id: 'bench', url: `file:${join(mkdtempSync(join(tmpdir(), 'peer-')), 'mastra.db')}` }),
};
for (const [storage, make] of Object.entries(storages)) {
  const workflows = { sequence: sequence(), 'fan-out': fanOut(), loop: loop(), deep: deep() };
  const mastra = new Mastra({ workflows, logger: false, ...(make && { storage: make() }) });
  const runs = {};
  for (const shape of Object.keys(workflows)) {
    // With its store each turn writes the whole of the run so far: a thousand turns take minutes.
    if (make !== undefined && shape === 'loop') continue;
    runs[shape] = async () => {
      const run = await mastra.getWorkflow(shape).createRun();
      const result = await run.start({ inputData: { count: 0 } });
      if (result.status !== 'success') throw new Error(`${shape}: ${JSON.stringify(result).slice(0, 300)}`);
    };
  }
  await measure({ peer: 'Mastra', version, storage, durable: false }, runs);
}
process.exit(0);
