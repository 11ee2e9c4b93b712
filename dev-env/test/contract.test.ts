import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';
import { KERNEL_TOKEN } from '../src/harness/members.ts';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

/** A stock gRPC client that knows nothing of TAU. */
async function bufCurl(...args: readonly string[]): Promise<string> {
  const flags = [
    'curl',
    '--protocol',
    'grpc',
    '--http2-prior-knowledge',
    '-H',
    `authorization: Bearer ${KERNEL_TOKEN}`,
  ];
  const result = await run(join(ROOT, 'node_modules', '.bin', 'buf'), [...flags, ...args], { cwd: ROOT });
  expect(result).toMatchObject({ code: 0 });
  return result.output;
}

test('buf curl lists the services by reflection', async () => {
  const output = await bufCurl('--list-services', `http://${cluster().places.kernel}`);
  for (const service of [
    'tau.kernel.v1.KernelService',
    'tau.kernel.v1.RunService',
    'tau.extension.v1.ExtensionService',
    'tau.admin.v1.AdminService',
    'grpc.health.v1.Health',
  ]) {
    expect(output.split('\n')).toContain(service);
  }
});

test('buf curl calls them', async () => {
  const base = `http://${cluster().places.kernel}`;
  expect(JSON.parse(await bufCurl(`${base}/grpc.health.v1.Health/Check`))).toEqual({ status: 'SERVING' });
  expect(JSON.parse(await bufCurl(`${base}/tau.kernel.v1.KernelService/GetInfo`))).toMatchObject({
    durable: true,
    capabilities: expect.arrayContaining(['action:github/add-labels@v1']),
  });
});
