import { type Exit, type ProcessSpec, RunningProcess } from './process.ts';

/** A program that may live several times, one life after the other, with the same arguments. */
export class Service {
  readonly spec: ProcessSpec;
  #life: RunningProcess | undefined;
  #output = '';

  constructor(spec: ProcessSpec) {
    this.spec = spec;
  }

  /** How often it was killed. */
  kills = 0;

  /** The output of all its lives. */
  get output(): string {
    return this.#output + (this.#life?.output ?? '');
  }

  get running(): boolean {
    return this.#life?.running ?? false;
  }

  /** Starts it and waits until it is ready; gives its ready line. */
  async start(): Promise<string> {
    if (this.running) throw new Error(`${this.spec.name} is running already`);
    this.#output = this.output;
    this.#life = new RunningProcess(this.spec);
    return this.#life.ready();
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.kills += 1;
    await this.#life?.kill();
  }

  /** `kill -9`, then starts it again at once; resolves when the new life is ready. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Resolves when the life that it lives now is ready. */
  async ready(): Promise<void> {
    if (!this.running) throw new Error(`${this.spec.name} is not running; its output:\n${this.output}`);
    await this.#life?.ready();
  }

  /** Asks it to stop, and waits. Undefined when it was not running. */
  async stop(): Promise<Exit | undefined> {
    return this.running ? this.#life?.stop() : undefined;
  }
}
