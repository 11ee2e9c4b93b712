import { VirtualClock } from 'tau-core/testing';
import type { Bin, CliEnvironment, CliPorts, LaunchOptions } from '../src/cli/context.js';
import { runCli } from '../src/cli/run-cli.js';
import { type FakeAnswers, type FakeKernel, fakeKernel } from './fake-kernel.js';

/** The world of one call of `tau`. */
export interface TauWorld {
  readonly answers?: FakeAnswers;
  /** Text by path. */
  readonly files?: { readonly [path: string]: string };
  readonly env?: CliEnvironment;
  /** Characters of the terminal; absent is a pipe. */
  readonly terminal?: number;
  readonly listens?: boolean;
  readonly clock?: VirtualClock;
  readonly launched?: number;
  /** Given what interrupts the command. */
  readonly whenFollowing?: (interrupt: () => void) => void;
}

/** What came of it. */
export interface TauResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly kernel: FakeKernel;
  readonly connectedTo: readonly object[];
  readonly launches: readonly { readonly bin: Bin; readonly options: LaunchOptions }[];
}

/** Calls `tau` in this process, in a world of the test's making. */
export async function runTau(args: readonly string[], world: TauWorld = {}): Promise<TauResult> {
  const kernel = fakeKernel({ 'kernel.getInfo': () => ({}), ...world.answers });
  const connectedTo: object[] = [];
  const launches: { bin: Bin; options: LaunchOptions }[] = [];
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text;
    },
    ...(world.terminal !== undefined && { isTTY: true, columns: world.terminal }),
  });
  const ports: CliPorts = {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    env: world.env ?? {},
    clock: world.clock ?? new VirtualClock(),
    nodeVersion: '24.1.0',
    connect: (options) => {
      connectedTo.push(options);
      return kernel.channel;
    },
    listens: async () => world.listens ?? false,
    readFile: async (path) => {
      const text = world.files?.[path];
      if (text !== undefined) return text;
      throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
    },
    onInterrupt: (callback) => {
      world.whenFollowing?.(callback);
      return () => undefined;
    },
    launch: async (bin, options) => {
      launches.push({ bin, options });
      return world.launched ?? 0;
    },
  };
  const code = await runCli(args, ports);
  return { code, ...written, kernel, connectedTo, launches };
}
