import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The systems that TAU's engine is measured beside: scripts in `peers/`, each a process of its own. */
export const PEERS = ['langgraph', 'xstate', 'mastra', 'dbos', 'restate'] as const;

/** One rate, as a peer's process (or TAU's own) prints it. */
export interface PeerRate {
  readonly peer: string;
  readonly version: string;
  readonly storage: string;
  /** Whether a step counts only after it is synced to disk. */
  readonly durable: boolean;
  readonly node: string;
  readonly shape: string;
  readonly inProgress: number;
  readonly stepsPerSecond: number;
}

const FOLDER = fileURLToPath(new URL('peers/', import.meta.url));

/** Installs the peers, by their own lockfile, unless they are there: nothing else needs them. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  if (existsSync(join(FOLDER, 'node_modules', '.package-lock.json'))) return;
  say('installing the peers (about 500 MB, once) ...');
  const code = await new Promise<number | null>((resolve, reject) => {
    const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--workspaces=false'], {
      cwd: FOLDER,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    npm.on('error', reject);
    npm.on('exit', resolve);
  });
  if (code !== 0)
    throw new Error(`npm could not install the peers (exit ${code}); try "npm ci" in dev-env/bench/peers`);
}

/** The rates that a script of this folder prints, as they come; and why it failed, if it did. */
export function ratesOf(script: string, seen: (rate: PeerRate) => void): Promise<string | undefined> {
  return linesOf(script, (line) => seen(line as PeerRate));
}

/** Runs a script of this folder in a process of its own; gives each line of JSON that it prints, and why it failed, if it did. */
export async function linesOf(
  script: string,
  seen: (line: unknown) => void,
  flags: readonly string[] = [],
): Promise<string | undefined> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...flags, path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-2_000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) seen(JSON.parse(line));
  }
  const code = await ended;
  return code === 0 ? undefined : `${script} ended with ${code}: ${complaint.trim().split('\n').slice(-3).join(' ')}`;
}
