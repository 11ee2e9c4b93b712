import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock, later, tauError } from 'tau-core';

/** From SIGTERM to SIGKILL. */
const STOP_GRACE_MS = 5_000;
/** How long a script that has ended is listened to while what it started still holds its output, as at GitHub. */
const OUTPUT_GRACE_MS = 10_000;
/** Of what a script prints, the end is kept: errors stand there. */
const LOG_CHARS_MAX = 64 * 1024;

/** A script that is ready to be run. */
export interface ScriptRun {
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: { readonly [name: string]: string };
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told what it prints, as it comes. */
  readonly printed: (text: string) => void;
}

/** How a script ended. */
export interface ScriptEnd {
  /** 128 and more: ended by a signal, as shells count. */
  readonly exitCode: number;
  /** The end of what it printed, standard output and error in the order in which they came. */
  readonly log: string;
}

/**
 * Runs a script to its end. Aborting tells all of its processes to stop, and ends them five seconds later. What it leaves running goes
 * on, and is not waited for.
 *
 * @throws TauError WORK_REFUSED when its interpreter or folder is not there.
 */
export function runScript({ command, cwd, env, signal, clock, printed }: ScriptRun): Promise<ScriptEnd> {
  return new Promise((resolve, reject) => {
    const [program, ...rest] = command;
    // A group of its own, so that what the script started is told as well.
    const child = spawn(program, rest, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    const take = (chunk: string): void => {
      log = `${log}${chunk}`.slice(-LOG_CHARS_MAX);
      printed(chunk);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
    const stop = (): void => stopGroup(child, clock);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    child.on('error', (thrown) => {
      signal.removeEventListener('abort', stop);
      reject(tauError('WORK_REFUSED', `${program} cannot be started in ${cwd}: ${thrown.message}`));
    });
    child.on('exit', () => {
      const timer = clock.at(later(clock.now(), OUTPUT_GRACE_MS), () => {
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
      });
      child.once('close', () => timer.cancel());
    });
    child.on('close', (code, killedBy) => {
      signal.removeEventListener('abort', stop);
      resolve({ exitCode: code ?? (killedBy === 'SIGKILL' ? 137 : 143), log });
    });
  });
}

function stopGroup(child: ChildProcess, clock: Clock): void {
  signalGroup(child, 'SIGTERM');
  const timer = clock.at(later(clock.now(), STOP_GRACE_MS), () => signalGroup(child, 'SIGKILL'));
  child.once('close', () => timer.cancel());
}

function signalGroup({ pid }: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
