import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

/** A process of one test, killed after it. */
export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** Lines of its standard output, as they come. */
  readonly lines: AsyncIterableIterator<string>;
  /** How it ended, and everything that it wrote. */
  readonly ended: Promise<Ending>;
}

export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with this Node. `TAU_*` and colour variables of the caller are not passed on. */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const child = spawn(process.execPath, [...args], { env: { ...plainEnvironment(), ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...written }));
  return { process: child, lines, ended };
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const keep = Object.entries(process.env).filter(([name]) => !/^(TAU_|NO_COLOR|FORCE_COLOR|XDG_)/.test(name));
  return Object.fromEntries(keep);
}
