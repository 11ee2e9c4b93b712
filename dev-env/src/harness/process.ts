import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { own } from './owned.ts';

/** Output kept of each process, for the message when something goes wrong. */
const OUTPUT_CHARACTERS_MAX = 200_000;
const READY_MS_MAX = 20_000;
/** A process that was asked to stop and did not within this time is killed. */
const STOP_MS_MAX = 10_000;

/** What to run, and how to tell that it is ready. */
export interface ProcessSpec {
  readonly name: string;
  /** A JavaScript file, run by the node that runs this. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether this line of its output says that it is ready. */
  isReady(line: string): boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One life of a program. */
export class RunningProcess {
  readonly spec: ProcessSpec;
  /** How it ended; resolves when it has. */
  readonly exited: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #ready: Promise<string>;
  #output = '';
  #errorOutput = '';

  constructor(spec: ProcessSpec) {
    this.spec = spec;
    this.#child = spawn(process.execPath, [spec.script, ...spec.args], {
      cwd: spec.cwd,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...spec.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    own(this.#child);
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
      this.#child.once('error', (error) => {
        this.#keep(error.message);
        resolve({ code: 127, signal: null });
      });
    });
    this.#ready = this.#watchOutput();
    this.#ready.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything it printed so far, the oldest part cut off when it was much. */
  get output(): string {
    return this.#output;
  }

  /** What it printed on its error stream. */
  get errorOutput(): string {
    return this.#errorOutput;
  }

  /** The line that said it is ready. Rejects, with its output, when it ended or took too long. */
  ready(): Promise<string> {
    return this.#ready;
  }

  /** `kill -9`, and waits until the system has buried it. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** SIGTERM, and waits for its end; it is killed when it takes too long, and its exit then says so. */
  async stop(): Promise<Exit> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_MS_MAX);
    const exit = await this.exited;
    clearTimeout(timer);
    return exit;
  }

  #keep(line: string): void {
    this.#output = `${this.#output}${line}\n`.slice(-OUTPUT_CHARACTERS_MAX);
  }

  #watchOutput(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${this.spec.name} ${why}; its output:\n${this.#output}`));
      const timer = setTimeout(() => fail(`was not ready within ${READY_MS_MAX} ms`), READY_MS_MAX);
      timer.unref();
      const take = (line: string): void => {
        this.#keep(line);
        if (!this.spec.isReady(line)) return;
        clearTimeout(timer);
        resolve(line);
      };
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on('line', take);
      }
      this.#child.stderr?.on('data', (chunk) => {
        this.#errorOutput = `${this.#errorOutput}${chunk}`.slice(-OUTPUT_CHARACTERS_MAX);
      });
      void this.exited.then(({ code, signal }) => {
        clearTimeout(timer);
        fail(`ended (${signal ?? `code ${code}`}) before it was ready`);
      });
    });
  }
}
