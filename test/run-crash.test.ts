import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, seededRandom } from 'tau-core/testing';
import { fileStore, openRuns, type RunStore, sqliteStore } from 'tau-orchestrate/local';
import { describe, expect, test } from 'vitest';
import { scriptLanguage } from './support/scripted.js';

const path = (name: string): string => fileURLToPath(new URL(`support/${name}`, import.meta.url));

function started(kind: string, folder: string): { readonly child: ChildProcess; readonly exited: Promise<string> } {
  const child = spawn(process.execPath, ['--import', path('source-hooks.ts'), path('crash-child.ts'), kind, folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => {
    stderr += String(data);
  });
  return { child, exited: new Promise((resolve) => child.on('exit', () => resolve(stderr))) };
}

function lines(file: string): readonly string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
}

const stores: { readonly [kind: string]: (folder: string) => RunStore } = {
  files: (folder) => fileStore({ path: join(folder, 'runs') }),
  sqlite: (folder) => sqliteStore({ path: join(folder, 'runs.db') }),
};

describe.each(Object.keys(stores))('a run in %s whose process is killed in the middle', (kind) => {
  test('goes on to its end; what had ended durably is not done again, what was open is, with the same key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tau-crash-'));
    const random = seededRandom(`crash ${kind}`);
    const calls = join(folder, 'calls.log');
    /** How many calls had begun when each process was killed. */
    const kills: number[] = [];
    for (let kill = 0; kill < 3; kill += 1) {
      const target = lines(calls).length + 10 + random.int(35);
      const { child, exited } = started(kind, folder);
      await eventually(() => lines(calls).length >= target || child.exitCode !== null, { what: `call ${target}` });
      child.kill('SIGKILL');
      expect(await exited).not.toContain('Error');
      kills.push(lines(calls).length);
    }
    const { exited } = started(kind, folder);
    expect(await exited).not.toContain('Error');
    const [ended] = lines(join(folder, 'ended.log'));
    const { kind: outcome, output } = JSON.parse(ended ?? 'null') as { kind: string; output: object };
    expect(outcome).toBe('ok');
    expect(Object.keys(output)).toHaveLength(180);

    const begun = lines(calls).map((line) => line.split(' '));
    const seen = new Set<string>();
    const stageOf = (id = ''): number => Number(id.slice(1));
    let stage = 0;
    for (const [callId = '', redelivered, key] of begun) {
      expect(key).toBe(`crash/${callId}`);
      // A call that began in an earlier process is made again as such.
      if (seen.has(callId)) expect(redelivered).toBe('true');
      seen.add(callId);
      // No stage comes again once a later one has begun: that it was over was stored before.
      expect(stageOf(callId)).toBeGreaterThanOrEqual(stage);
      stage = stageOf(callId);
    }
    expect(seen.size).toBe(180);
    expect(begun.length).toBeGreaterThanOrEqual(180);
    expect(begun.length).toBeLessThanOrEqual(180 + 3 * kills.length);

    const store = stores[kind]?.(folder) as RunStore;
    const runs = openRuns(store, { languages: [scriptLanguage as never] });
    expect(await runs.list()).toMatchObject([{ runId: 'crash', outcome: 'ok' }]);
    const moment = await runs.at('crash', 90);
    expect(moment.recordsRead).toBeLessThanOrEqual(8);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);
});
