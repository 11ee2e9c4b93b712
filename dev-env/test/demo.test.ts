import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../scripts/libraries.ts';
import { run } from '../scripts/run.ts';

const DEMO_MS_MAX = 30_000;

/** Whether somebody listens on a port of 127.0.0.1. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

test('the demo ends well, in time, and leaves nothing running', async () => {
  const started = performance.now();
  const { code, output } = await run(process.execPath, [join(ROOT, 'dev-env', 'src', 'demo', 'main.ts')], {
    cwd: ROOT,
  });
  expect(output).toContain('Every issue got exactly what triage.yml says.');
  expect(code).toBe(0);
  expect(performance.now() - started).toBeLessThan(DEMO_MS_MAX);
  const ports = [...output.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  expect(ports).toHaveLength(3);
  for (const port of ports) expect([port, await listens(port)]).toEqual([port, false]);
  // Not a terminal: no colours.
  expect(output).not.toContain('\u001b[');
});
