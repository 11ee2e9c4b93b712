import { type Backoff, backoffDelayMs, type Clock, later, TauError, type Timer, toErrorData } from 'tau-core';
import type { Report } from 'tau-core/node';
import type { DefinitionStore } from './definition-store.js';
import { startsText } from './starts-text.js';
import type { WorkflowFile, WorkflowFolder } from './workflow-folder.js';

/** A file is often written in several steps: wait until it rests. */
const DEBOUNCE_MS = 100;
/** Changes that no watcher reports (network and container mounts) are found by looking. */
const RESCAN_MS = 5_000;
/** While the kernel is away. */
const RETRY: Backoff = { firstMs: 200, factor: 2, maxMs: 5_000 };

/** What a sync works on. */
export interface WorkflowSyncPorts {
  readonly folder: Pick<WorkflowFolder, 'prefix' | 'scan' | 'watch' | 'close'>;
  readonly store: DefinitionStore;
  readonly report: Report;
  readonly clock: Clock;
}

/**
 * Keeps the kernel's definitions like the files of a folder: a changed file is put, a deleted one is removed, also one
 * that was deleted while nobody looked (definitions whose name begins with the folder are the folder's).
 *
 * Owns which source the kernel was last given, and when to look again. Does not own files (`WorkflowFolder`) or
 * definitions (the kernel; a refused source leaves the old version active there).
 *
 * 1. One pass at a time; a change during a pass causes another.
 * 2. A source is put once, until it changes or `resync` says that the kernel may have forgotten.
 * 3. While the kernel cannot be reached, passes are repeated, ever more slowly; files are not given up.
 */
export class WorkflowSync {
  readonly #ports: WorkflowSyncPorts;
  readonly #put = new Map<string, string>();
  /** The last line said about a name: repeats say nothing new. */
  readonly #said = new Map<string, string>();
  #knowsKernel = false;
  #failures = 0;
  #timer: Timer | undefined;
  #pass: Promise<void> | undefined;
  #again = false;
  #closed = false;
  readonly #brought: Promise<void>;
  #onBrought: () => void = () => {};

  constructor(ports: WorkflowSyncPorts) {
    this.#ports = ports;
    this.#brought = new Promise((resolve) => {
      this.#onBrought = resolve;
    });
  }

  /** Resolves when a pass has brought everything that the folder had. */
  brought(): Promise<void> {
    return this.#brought;
  }

  /** Looks now, and from then on whenever something changes. */
  start(): void {
    this.#lookIn(0);
  }

  /** The kernel was attached: whatever it holds is put again, which changes nothing where it is the same. */
  resync(): void {
    this.#knowsKernel = false;
    this.#put.clear();
    this.#failures = 0;
    this.#lookIn(0);
  }

  /** Ends after the pass that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    this.#ports.folder.close();
    await this.#pass;
  }

  #lookIn(delayMs: number): void {
    if (this.#closed) return;
    if (this.#pass !== undefined) {
      this.#again = true;
      return;
    }
    this.#timer?.cancel();
    this.#timer = this.#ports.clock.at(later(this.#ports.clock.now(), delayMs), () => {
      this.#pass = this.#look();
    });
  }

  async #look(): Promise<void> {
    this.#again = false;
    let nextMs = RESCAN_MS;
    this.#ports.folder.watch(() => this.#lookIn(DEBOUNCE_MS));
    try {
      await this.#bringTogether();
      this.#failures = 0;
      this.#onBrought();
    } catch (thrown) {
      this.#failures += 1;
      nextMs = backoffDelayMs(this.#failures, RETRY, 1);
      this.#sayFailure(thrown);
    }
    this.#pass = undefined;
    this.#lookIn(this.#again ? DEBOUNCE_MS : nextMs);
  }

  async #bringTogether(): Promise<void> {
    const files = await this.#ports.folder.scan();
    const present = new Set(files.map(({ name }) => name));
    for (const name of await this.#known()) {
      if (!present.has(name)) await this.#remove(name);
    }
    for (const file of files) await this.#bring(file);
    this.#said.delete('');
  }

  /** Names that the kernel may hold for this folder. */
  async #known(): Promise<readonly string[]> {
    const { prefix } = this.#ports.folder;
    if (this.#knowsKernel) return [...this.#put.keys()];
    const names = await this.#ports.store.names();
    this.#knowsKernel = true;
    return prefix === '' ? [...this.#put.keys()] : names.filter((name) => name.startsWith(prefix));
  }

  async #remove(name: string): Promise<void> {
    await this.#ports.store.remove(name);
    this.#put.delete(name);
    this.#say(name, 'workflow.removed', { name }, `${name}: file deleted, workflow removed`);
  }

  async #bring(file: WorkflowFile): Promise<void> {
    const { name } = file;
    if ('problem' in file) {
      this.#say(name, 'workflow.unreadable', { name, problem: file.problem }, `${name}: ${file.problem}`);
      return;
    }
    if (this.#put.get(name) === file.source) return;
    const answer = await this.#ports.store.put(name, file.source);
    this.#put.set(name, file.source);
    if (answer.accepted) {
      const { version, starts } = answer;
      const fields = { name, version, ...starts, times: starts.times.map((time) => ({ ...time })) };
      this.#say(name, 'workflow.active', fields, `${name}: active, started by ${startsText(starts) || '?'}`);
    } else {
      const lines = answer.diagnostics.map(
        ({ file: at, line, column, message }) => `${at}:${line}:${column}: ${message}`,
      );
      const diagnostics = answer.diagnostics.map((diagnostic) => ({ ...diagnostic }));
      const text = `${name}: refused; a version that was active stays active\n  ${lines.join('\n  ')}`;
      this.#say(name, 'workflow.refused', { name, diagnostics }, text);
    }
  }

  /** Failures are about the pass, not about a file: they are told under the empty name. */
  #sayFailure(thrown: unknown): void {
    const { id, message } = toErrorData(thrown);
    const text = thrown instanceof TauError ? `${id}: ${message}` : message;
    this.#say('', 'workflows.waiting', { id, message }, `workflows wait: ${text}`);
  }

  #say(name: string, event: string, fields: Parameters<Report['event']>[1], text: string): void {
    if (this.#said.get(name) === text + JSON.stringify(fields)) return;
    this.#said.set(name, text + JSON.stringify(fields));
    this.#ports.report.event(event, fields, text);
  }
}
