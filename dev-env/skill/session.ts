import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { own, ownFolder } from '../src/harness/owned.ts';
import { freePort } from '../src/harness/ports.ts';
import type { RunnableFence } from './runnable.ts';

/** What a fence's commands printed; undefined when an earlier fence failed and it did not run. */
export type FenceOutput = string | undefined;

export interface SessionResult {
  /** One for each fence, in order. */
  readonly outputs: readonly FenceOutput[];
  /** Of the shell: 0 when every command of every fence ended well. */
  readonly code: number | null;
}

/** All fences together, kernel and extensions started. */
const SESSION_MS_MAX = 55_000;

const marker = (index: number): string => `@@ fence ${index} @@`;

/** The fences as one script: a shell that stops at the first command that fails, as a reader would. */
function scriptOf(all: readonly RunnableFence[]): string {
  const parts = all.map(({ place, commands }, index) => {
    const here = place === 'folder' ? commands : `(\ncd "$TAU_UMBRELLA"\n${commands}\n)`;
    return `echo '${marker(index)}'\n${here}`;
  });
  return ['set -eu', ...parts, ''].join('\n');
}

/**
 * Runs fences one after the other in one shell, in an empty folder whose node_modules are the umbrella's, with a kernel
 * address of its own. What they leave running is ended.
 */
export async function runSession(all: readonly RunnableFence[]): Promise<SessionResult> {
  const folder = mkdtempSync(join(tmpdir(), 'tau-skill-'));
  ownFolder(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const script = join(folder, '.session.sh');
  writeFileSync(script, scriptOf(all));
  const env = {
    HOME: folder,
    PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env['PATH']}`,
    NO_COLOR: '1',
    TAU_KERNEL: `127.0.0.1:${await freePort()}`,
    TAU_RECEIVER: `127.0.0.1:${await freePort()}`,
    TAU_UMBRELLA: ROOT,
  };
  // A group of its own: what a fence starts in the background ends with it.
  const shell = spawn('sh', [script], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  own(shell);
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const endGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-(shell.pid ?? 0), signal);
    } catch {
      // Nothing of it is left.
    }
  };
  const timer = setTimeout(() => endGroup('SIGKILL'), SESSION_MS_MAX);
  const closed = new Promise((resolve) => shell.once('close', resolve));
  const code = await new Promise<number | null>((resolve) => shell.once('exit', resolve));
  clearTimeout(timer);
  endGroup('SIGKILL');
  await closed;
  rmSync(folder, { recursive: true, force: true });
  return { outputs: outputsOf(all.length, output), code };
}

function outputsOf(count: number, output: string): readonly FenceOutput[] {
  return Array.from({ length: count }, (_, index) => {
    const [, from] = output.split(`${marker(index)}\n`, 2);
    return from?.split(marker(index + 1), 1)[0];
  });
}
