import { type ChildProcess, spawn } from 'node:child_process';

/** How a command ended, and what it printed on both streams, in order. */
export interface RunResult {
  readonly code: number;
  readonly output: string;
}

/** Where and how a command runs. */
export interface RunOptions {
  readonly cwd: string;
  /** Passes the output through as it comes, beside collecting it. */
  readonly show?: boolean;
  /** The command, and what it started, is killed after so many milliseconds; it then ends with code 1 and a note. */
  readonly limitMs?: number;
}

/** Runs a command to its end, without a shell and without input. A command that cannot start ends with code 127. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const { cwd, limitMs } = options;
    // A group of its own where there is a limit, so that the whole of it can be killed.
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: limitMs !== undefined });
    const killGroup = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const timer = limitMs === undefined ? undefined : setTimeout(killGroup, limitMs);
    if (limitMs !== undefined) endWithThisProcess(child, killGroup);
    const collect = (to: NodeJS.WriteStream) => (chunk: Buffer) => {
      chunks.push(chunk);
      if (options.show === true) to.write(chunk);
    };
    child.stdout.on('data', collect(process.stdout));
    child.stderr.on('data', collect(process.stderr));
    const end = (code: number, note = ''): void => {
      clearTimeout(timer);
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') + note });
    };
    child.on('error', (error) => end(127, `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => end(code ?? 1, signal === null ? '' : `${command}: ended by ${signal}\n`));
  });
}

/** A group of its own does not hear of Ctrl-C: it is told. */
function endWithThisProcess(child: ChildProcess, kill: () => void): void {
  const stop = (): void => {
    kill();
    process.exit(130);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  child.once('close', () => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  });
}
