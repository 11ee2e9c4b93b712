import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from 'tau-core/testing';
import { onTestFinished } from 'vitest';

/** How a process ended, and everything that it wrote. */
export interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of one test, killed after it. */
export interface Child {
  readonly ended: Promise<Ending>;
  signal(name: NodeJS.Signals): void;
  /** The JSON line of its output whose `event` has this name, as soon as it is there. */
  line(event: string): Promise<Readonly<Record<string, unknown>>>;
}

const BIN = `${import.meta.dirname}/../dist/bin/tau-ext-github.js`;

/** Runs the built command with this Node. Variables that it reads are not passed on from the caller. */
export function startCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TAU_|GITHUB_)/.test(name));
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...Object.fromEntries(kept), ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk;
  });
  const find = (event: string) =>
    written.stdout
      .split('\n')
      .slice(0, -1)
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find((line) => line['event'] === event);
  return {
    ended: once(child, 'close').then(([code]) => ({ code: code as number | null, ...written })),
    signal: (name) => void child.kill(name),
    line: (event) => eventually(() => find(event), { what: `${event} in ${JSON.stringify(written)}` }),
  };
}
