import { readFileSync } from 'node:fs';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { startPostgres } from './postgres.mjs';
import { measure, SHAPES } from './workload.mjs';

const version = JSON.parse(
  readFileSync(new URL('node_modules/@dbos-inc/dbos-sdk/package.json', import.meta.url)),
).version;
const step = async () => 1;
const call = (name) => DBOS.runStep(step, { name });

const workflows = {
  sequence: async () => {
    for (let at = 0; at < SHAPES.sequence.size; at += 1) await call(`s${at}`);
  },
  'fan-out': async () => {
    await call('plan');
    await Promise.all(Array.from({ length: SHAPES['fan-out'].size }, (_, at) => call(`w${at}`)));
    await call('join');
  },
  loop: async () => {
    for (let at = 0; at < SHAPES.loop.size; at += 1) await call('turn');
  },
};

const registered = Object.fromEntries(
  Object.entries(workflows).map(([name, work]) => [name, DBOS.registerWorkflow(work, { name })]),
);
let deeper = DBOS.registerWorkflow(async () => void (await call('step')), { name: `deep${SHAPES.deep.size}` });
for (let depth = SHAPES.deep.size - 1; depth >= 1; depth -= 1) {
  const inner = deeper;
  deeper = DBOS.registerWorkflow(
    async () => {
      await call('step');
      await inner();
    },
    { name: `deep${depth}` },
  );
}
registered.deep = deeper;

const postgres = await startPostgres();
try {
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: postgres.url, logLevel: 'error', runAdminServer: false });
  await DBOS.launch();
  await measure({ peer: 'DBOS', version, storage: postgres.version, durable: true }, registered);
  await DBOS.shutdown();
} finally {
  await postgres.stop();
}
process.exit(0);
