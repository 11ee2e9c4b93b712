import { connectKernel, createClient } from 'tau-core/client';
import { expect, test } from 'vitest';
import type { Cluster } from '../src/harness/cluster.ts';
import { githubSpec, kernelSpec } from '../src/harness/members.ts';
import { freePort } from '../src/harness/ports.ts';
import { type ProcessSpec, RunningProcess } from '../src/harness/process.ts';
import { PEOPLE } from '../src/harness/stand-in.ts';
import { deliver } from './delivery.ts';
import { noWorkflows, useCluster } from './use-cluster.ts';

const cluster = useCluster({ workflows: noWorkflows() });

/** Runs something that must refuse to start; gives its exit code and the lines of its error stream. */
async function refusal(
  spec: ProcessSpec,
): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  const running = new RunningProcess(spec);
  const { code } = await running.exited;
  return { code, lines: running.errorOutput.trim().split('\n') };
}

function without(spec: ProcessSpec, name: string): ProcessSpec {
  const env = { ...spec.env };
  delete env[name];
  return { ...spec, env };
}

async function anotherGithub({ places }: Cluster): Promise<ProcessSpec> {
  const spec = githubSpec({ ...places, receiverPort: await freePort() }, PEOPLE.bot.token);
  return { ...spec, args: [...spec.args, '--instance', 'another'] };
}

test('a second kernel on the same port says so in one line, and the first one goes on', async () => {
  const { places, client } = cluster();
  const { code, lines } = await refusal(kernelSpec(places));
  expect(code).toBe(1);
  expect(lines).toEqual([expect.stringMatching(/^error TAU-6002: .*in use/)]);
  expect((await client.info()).durable).toBe(true);
});

test.each([
  ['--fly', 2, "error TAU-1001: unknown option '--fly'; see --help"],
  ['--lease-ttl=soon', 1, 'error TAU-6001: --lease-ttl: use a whole number of milliseconds; see "tau-kernel --help"'],
  ['--drain-grace=1e9', 1, 'error TAU-6001: --drain-grace: use 600000 at most; see "tau-kernel --help"'],
])('a kernel with %s says so in one line, and ends with %i', async (option, exitCode, line) => {
  const spec = kernelSpec({ kernel: `127.0.0.1:${await freePort()}`, token: undefined });
  const { code, lines } = await refusal({ ...spec, args: [...spec.args, option] });
  expect({ code, lines }).toEqual({ code: exitCode, lines: [line] });
});

test.each(['GITHUB_TOKEN', 'GITHUB_WEBHOOK_SECRET'])(
  'without %s the GitHub extension says so in one line',
  async (name) => {
    const { code, lines } = await refusal(without(await anotherGithub(cluster()), name));
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^error TAU-6003: .*${name}`))]);
  },
);

test('an unreachable GitHub is told in one line, and deliveries are taken all the same', async () => {
  const { places } = cluster();
  const port = await freePort();
  const receiverPort = await freePort();
  const spec = githubSpec({ ...places, receiverPort, githubUrl: `http://127.0.0.1:${port}` }, PEOPLE.bot.token);
  const running = new RunningProcess({ ...spec, args: [...spec.args, '--instance', 'unreachable'] });
  await running.ready();
  const told = running.output.split('\n').filter((line) => line.includes('TAU-5001'));
  expect(told).toEqual([expect.stringContaining(`127.0.0.1:${port}`)]);
  const receiver = `http://127.0.0.1:${receiverPort}/webhooks`;
  const body = JSON.stringify({ zen: 'Keep it logically awesome.', repository: { full_name: 'octo/unreachable' } });
  expect((await deliver(receiver, { id: 'taken', event: 'watch', body })).status).toBe(202);
  expect(await running.stop()).toEqual({ code: 0, signal: null });
});

test('a client without the token is refused, and told how to give it', async () => {
  const channel = connectKernel({ address: cluster().places.kernel });
  await expect(createClient(channel).info()).rejects.toMatchObject({
    data: { id: 'TAU-1005', message: expect.stringContaining('TAU_TOKEN') },
  });
  channel.close();
});

test('a client of a kernel that is not there is told how to start it', async () => {
  const channel = connectKernel({ address: `127.0.0.1:${await freePort()}` });
  await expect(createClient(channel).info()).rejects.toMatchObject({
    data: { id: 'TAU-1010', message: expect.stringContaining('tau kernel start') },
  });
  channel.close();
});
