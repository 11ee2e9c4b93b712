import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';
import { measure, SHAPES } from './workload.mjs';

const version = JSON.parse(
  readFileSync(new URL('node_modules/@restatedev/restate-server/package.json', import.meta.url)),
).version;
const step = async () => 1;

const bench = restate.service({
  name: 'bench',
  handlers: {
    sequence: async (ctx) => {
      for (let at = 0; at < SHAPES.sequence.size; at += 1) await ctx.run(`s${at}`, step);
    },
    fanOut: async (ctx) => {
      await ctx.run('plan', step);
      await restate.RestatePromise.all(
        Array.from({ length: SHAPES['fan-out'].size }, (_, at) => ctx.run(`w${at}`, step)),
      );
      await ctx.run('join', step);
    },
    loop: async (ctx) => {
      for (let at = 0; at < SHAPES.loop.size; at += 1) await ctx.run('turn', step);
    },
    deep: async (ctx, depth) => {
      await ctx.run('step', step);
      if (depth < SHAPES.deep.size) await ctx.serviceClient({ name: 'bench' }).deep(depth + 1);
    },
  },
});

const [servicePort, ingress, admin, node, metrics] = await freePorts(5);
const server = spawn(binary(), ['--node-name', 'bench', '--no-logo'], {
  stdio: 'ignore',
  env: {
    ...process.env,
    RESTATE_BASE_DIR: mkdtempSync(join(tmpdir(), 'peer-restate-')),
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}/`,
    RESTATE_METRICS_BIND_ADDRESS: `127.0.0.1:${metrics}`,
    RESTATE_DISABLE_TELEMETRY: 'true',
    DO_NOT_TRACK: '1',
  },
});
try {
  const logger = () => {};
  await restate.serve({ services: [bench], port: servicePort, logger });
  await until(() => fetch(`http://127.0.0.1:${admin}/health`));
  await until(() =>
    fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${servicePort}` }),
    }),
  );
  const client = clients.connect({ url: `http://127.0.0.1:${ingress}` }).serviceClient({ name: 'bench' });
  const who = { peer: 'Restate', version, storage: 'its own log, one node', durable: true };
  await measure(who, {
    sequence: () => client.sequence(),
    'fan-out': () => client.fanOut(),
    loop: () => client.loop(),
    deep: () => client.deep(1),
  });
} finally {
  server.kill('SIGTERM');
}
process.exit(0);

function binary() {
  const load = createRequire(import.meta.url);
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  return join(dirname(load.resolve(`${name}/package.json`)), 'bin', 'restate-server');
}

async function until(ask) {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await ask().catch(() => undefined);
    if (answer?.ok) return;
    if (server.exitCode !== null) throw new Error(`the server of Restate ended with ${server.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Restate did not become ready within 30 s');
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve) => {
          const one = createServer().listen(0, '127.0.0.1', () => resolve(one));
        }),
    ),
  );
  const ports = servers.map((one) => one.address().port);
  await Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve))));
  return ports;
}
