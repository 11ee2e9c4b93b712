import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from './child.js';
import { deliver, SECRET } from './receiving.js';
import { SmallKernel } from './small-kernel.js';
import { type StandIn, standIn, TOKENS } from './stand-in.js';

let kernel: SmallKernel;
let github: StandIn;

beforeAll(async () => {
  kernel = new SmallKernel();
  [github] = await Promise.all([standIn(), kernel.start()]);
});
afterAll(async () => {
  kernel.kill();
  await github.close();
});

const secrets = { GITHUB_TOKEN: TOKENS.bot, GITHUB_WEBHOOK_SECRET: SECRET };
const args = () => ['--kernel', kernel.address, '--api-url', github.url, '--listen', '127.0.0.1:0', '--json'];

describe('tau-ext-github', () => {
  it('gets ready, takes deliveries, and stops with exit code 0', async () => {
    const child = startCommand(args(), secrets);
    const ready = await child.line('ready');
    expect(ready).toMatchObject({ kernel: kernel.address, logins: ['tau-bot'] });
    expect((await deliver(String(ready['url']), '{"zen":"Hi"}', { event: 'ping' })).status).toBe(200);
    child.signal('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toMatch(new RegExp(`${SECRET}|${TOKENS.bot}`));
  });

  it('keeps its name across restarts and has another life each time, so that the kernel fences the older', async () => {
    const first = startCommand(args(), secrets);
    const second = startCommand(args(), secrets);
    await Promise.all([first.line('ready'), second.line('ready')]);
    const instances = kernel.registrations.slice(-2).map(({ instanceId }) => instanceId);
    expect(instances).toEqual(['tau-ext-github', 'tau-ext-github']);
    expect(new Set(kernel.registrations.map(({ incarnation }) => incarnation)).size).toBe(kernel.registrations.length);
  });

  it.each([
    ['a token', { GITHUB_WEBHOOK_SECRET: SECRET }, 'GITHUB_TOKEN'],
    ['a secret', { GITHUB_TOKEN: 'x' }, 'GITHUB_WEBHOOK_SECRET'],
  ])('says in one line that %s is missing, and ends with 1', async (_, env, name) => {
    const { code, stdout, stderr } = await startCommand([], env).ended;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(new RegExp(`^error TAU-6003: .*set ${name}.*\\n$`));
  });

  it('says in one line that its port is in use, and ends with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const { code, stderr } = await startCommand([...args(), '--listen', `127.0.0.1:${port}`], secrets).ended;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error TAU-6002: .* is in use: .*--listen\n$/);
  });

  it.each([
    [['--nope'], 2, /^error TAU-1001: unknown option '--nope'.*see --help\n$/],
    [['--listen', 'here'], 1, /^error TAU-6001: --listen: .*\n$/],
  ])('refuses %j with exit code %i', async (given, exitCode, message) => {
    const { code, stderr } = await startCommand(given, secrets).ended;
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(message);
  });

  it('has help with examples', async () => {
    const { code, stdout } = await startCommand(['--help']).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/Examples:\n {2}tau-ext-github/);
  });
});
