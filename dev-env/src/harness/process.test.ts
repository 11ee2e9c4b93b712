import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ProcessSpec, RunningProcess } from './process.ts';
import { Service } from './service.ts';

const folder = mkdtempSync(join(tmpdir(), 'tau-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function spec(code: string): ProcessSpec {
  const script = join(folder, `${Math.random()}.mjs`);
  writeFileSync(script, code);
  return { name: 'sample', script, args: ['a b'], isReady: (line) => line.startsWith('ready') };
}

const LISTENER = 'console.log("ready", process.argv[2]); setInterval(() => {}, 1000);';

test('it is ready when its line says so, and stops when asked', async () => {
  const running = new RunningProcess(
    spec(`process.on('SIGTERM', () => { console.error('bye'); process.exit(0); }); ${LISTENER}`),
  );
  expect(await running.ready()).toBe('ready a b');
  expect(await running.stop()).toEqual({ code: 0, signal: null });
  expect(running.output).toContain('bye');
  expect(running.running).toBe(false);
});

test('one that ends before it is ready rejects with what it printed', async () => {
  const running = new RunningProcess(spec('console.error("error TAU-6002: the port is taken"); process.exit(1);'));
  await expect(running.ready()).rejects.toThrow(/ended \(code 1\)[\s\S]*TAU-6002/);
});

test('a killed service lives again, and keeps the output of all its lives', async () => {
  const service = new Service(spec(LISTENER));
  await service.start();
  await service.restart();
  expect(service.running).toBe(true);
  expect(service.kills).toBe(1);
  expect(service.output.match(/ready/g)).toHaveLength(2);
  expect(await service.stop()).toEqual({ code: null, signal: 'SIGTERM' });
});
