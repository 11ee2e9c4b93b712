import type { Command } from 'commander';
import { type Clock, TauError } from 'tau-core';
import {
  type ConnectOptions,
  createClient,
  KERNEL_ADDRESS_DEFAULT,
  type KernelChannel,
  type TauClient,
} from 'tau-core/client';
import { attentiveChannel } from './attentive-channel.js';
import type { ColourEnvironment } from './format/colours.js';
import { Output, type OutputStreams } from './output.js';

/** Variables that the command reads. */
export interface CliEnvironment extends ColourEnvironment {
  readonly TAU_KERNEL?: string | undefined;
  readonly TAU_TOKEN?: string | undefined;
}

/** The world as the command sees it. */
export interface CliPorts extends OutputStreams {
  readonly env: CliEnvironment;
  readonly clock: Clock;
  connect(options: ConnectOptions): KernelChannel;
  /** Text of a file; `-` is the standard input. Rejects with Node's error. */
  readFile(path: string): Promise<string>;
  /** Calls back when a person interrupts the command (Ctrl-C); gives what ends the listening. */
  onInterrupt(callback: () => void): () => void;
  /** Runs another program of ours in the foreground, until it ends; gives its exit code. */
  launch(bin: Bin, options: LaunchOptions): Promise<number>;
  /** Whether anything accepts connections at an address of a kernel. */
  listens(address: string): Promise<boolean>;
  readonly nodeVersion: string;
}

/** A program that another package installs. */
export interface Bin {
  readonly name: string;
  readonly packageName: string;
}

/** How a program is started. */
export interface LaunchOptions {
  readonly args: readonly string[];
  /** Handed on as TAU_TOKEN: arguments can be seen by every user of the machine. */
  readonly token: string | undefined;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly kernel?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface CommandSession {
  readonly ports: CliPorts;
  readonly output: Output;
  /** The kernel that was named; nothing is sent before the first call. */
  readonly client: TauClient;
  readonly address: string;
  readonly token: string | undefined;
}

/** The body of a command; gives its exit code, 0 when it gives nothing. */
export type CommandBody = (session: CommandSession) => Promise<number | undefined>;

/** Runs the bodies of commands, and keeps the exit code of the one that ran. */
export class CliContext {
  readonly ports: CliPorts;
  exitCode = 0;
  #json = false;

  constructor(ports: CliPorts) {
    this.ports = ports;
  }

  /** Where errors go: as the options ask, as far as they are known. */
  output(json = this.#json): Output {
    return new Output(this.ports, json, this.ports.env);
  }

  /** Runs another program as the command. */
  async launch(bin: Bin, options: LaunchOptions): Promise<void> {
    this.exitCode = await this.ports.launch(bin, options);
  }

  async run(command: Command, body: CommandBody): Promise<void> {
    const { json = false, kernel, token = this.ports.env.TAU_TOKEN } = command.optsWithGlobals<GlobalOptions>();
    this.#json = json;
    const address = kernel ?? this.ports.env.TAU_KERNEL ?? KERNEL_ADDRESS_DEFAULT;
    const channel = this.ports.connect(token ? { address, token } : { address });
    try {
      const { clock } = this.ports;
      const output = this.output();
      const attentive = attentiveChannel(channel, { address, clock, tell: (text) => output.hint(text) });
      const client = createClient(attentive, { clock });
      const session = { ports: this.ports, output, client, address, token };
      this.exitCode = (await body(session)) ?? 0;
    } catch (thrown) {
      throw withAddress(thrown, address);
    } finally {
      channel.close();
    }
  }
}

/** Says which kernel could not be reached: the channel knows why, the command knows where. */
function withAddress(thrown: unknown, address: string): unknown {
  if (!(thrown instanceof TauError && thrown.is('UNREACHABLE'))) return thrown;
  const message = `cannot reach the kernel at ${address}: start it with "tau kernel start", or set --kernel`;
  return new TauError({ ...thrown.data, message, cause: thrown.data });
}
