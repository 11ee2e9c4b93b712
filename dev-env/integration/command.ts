import { type ChildProcess, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { own } from '../src/harness/owned.ts';

/** An installation or the tests of one library, on a slow machine. What takes longer hangs. */
const COMMAND_MS_MAX = 600_000;
/** Lines of a command's output that are shown when it failed. */
const LAST_WORDS_MAX = 25;

/** How a command ended. Its output is plain text. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where a command runs, and the whole of its environment. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A command that ended with another code than 0. */
export class CommandFailed extends Error {
  readonly result: CommandResult;

  constructor(line: string, result: CommandResult) {
    const words = `${result.stdout}\n${result.stderr}`.split('\n').filter((text) => text.trim() !== '');
    super([`"${line}" ended with code ${result.code}`, ...words.slice(-LAST_WORDS_MAX)].join('\n'));
    this.name = 'CommandFailed';
    this.result = result;
  }
}

/** Kills a command and everything that it started. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

/** Runs a command to its end, without input and without a shell. It ends with this process at the latest. */
export function command(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve) => {
    // A group of its own: npm starts processes that outlive it when it alone is killed.
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    own(child);
    const kill = (): void => killGroup(child);
    const timer = setTimeout(kill, COMMAND_MS_MAX);
    process.once('exit', kill);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const end = (code: number, note = ''): void => {
      clearTimeout(timer);
      process.removeListener('exit', kill);
      const text = (chunks: Buffer[]): string => stripVTControlCharacters(Buffer.concat(chunks).toString('utf8'));
      resolve({ code, stdout: text(out), stderr: text(err) + note });
    };
    child.on('error', (error) => end(127, `${error.message}\n`));
    child.on('close', (code, signal) => end(code ?? 1, signal === null ? '' : `ended by ${signal}\n`));
  });
}

/** What a command prints; throws `CommandFailed` when it fails. */
export async function output(file: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const result = await command(file, args, options);
  if (result.code !== 0) throw new CommandFailed([file, ...args].join(' '), result);
  return result.stdout;
}
