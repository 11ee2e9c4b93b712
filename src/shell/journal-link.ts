import { backoffDelayMs, type Clock, hlcText, type JsonObject, later, tauError, toErrorData } from 'tau-core';
import type { RegionMachine } from '../machines/region/machine.js';
import { JournalWriter } from './journal-writer.js';
import { type RecoveredRegion, recoverRegions } from './recovery.js';
import { type JournalSend, RemoteJournal, type Witness } from './remote-journal.js';

/** A line of the kernel's own log. */
export interface KernelLog {
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly details?: JsonObject;
}

/** Where the kernel stands with its journal. */
export type JournalStatus = 'volatile' | 'absent' | 'recovering' | 'attached' | 'away';

/** What a journal held when it was read, and who writes to it from now on. */
export interface Recovered {
  readonly regions: readonly RecoveredRegion[];
  readonly writer: JournalWriter;
  readonly epoch: number;
}

export interface JournalLinkOptions {
  /** Who claims the journal. */
  readonly kernelId: string;
  /** Never claims one. */
  readonly volatile: boolean;
  readonly machine: RegionMachine;
  readonly clock: Clock;
  readonly log: (entry: KernelLog) => void;
  /** The journal was read. The link counts as attached once this has resolved. */
  readonly onRecovered: (recovered: Recovered) => Promise<void>;
  /** Going on could lose or repeat something. */
  readonly onFatal: (thrown: unknown) => void;
}

const RECOVERY_RETRY = { firstMs: 100, factor: 2, maxMs: 5_000 };

/**
 * The kernel's link to its journal, over whatever streams come and go.
 *
 * The first stream brings recovery: the journal is claimed, and every region is read from it. Later ones only carry on, once their
 * journal has shown that it is the same: what was not answered is asked again. The claim is kept over cuts; another writer's claim ends
 * this kernel.
 */
export class JournalLink {
  readonly remote = new RemoteJournal();
  readonly #options: JournalLinkOptions;
  readonly #listeners: ((status: JournalStatus) => void)[] = [];
  #writer: JournalWriter | undefined;
  #epoch = 0;
  #recovering = false;
  #stopped = false;
  #trouble: string | undefined;

  constructor(options: JournalLinkOptions) {
    this.#options = options;
  }

  get status(): JournalStatus {
    if (this.#options.volatile) return 'volatile';
    if (this.#recovering) return 'recovering';
    if (this.#writer === undefined) return 'absent';
    return this.remote.connected && this.#trouble === undefined ? 'attached' : 'away';
  }

  /** Present once the journal was read. */
  get writer(): JournalWriter | undefined {
    return this.#writer;
  }

  /** The writer epoch of the claim; 0 before it. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Why appends wait; undefined when they do not. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Calls back now, and whenever the status may have changed. */
  onStatus(listener: (status: JournalStatus) => void): void {
    this.#listeners.push(listener);
    listener(this.status);
  }

  /**
   * A stream was opened. Resolves when it is in use, or gone.
   *
   * @throws TauError JOURNAL_CONFLICT when its journal is not the one that this kernel writes to.
   */
  async connect(send: JournalSend): Promise<void> {
    if (this.#writer !== undefined) {
      if (!(await this.#isSame(this.#writer, send))) return;
    } else if (this.#recovering) {
      // What was read so far may have been of another journal: it is read from the start.
      this.remote.abandon(tauError('JOURNAL_ABSENT', 'its stream was cut while it was read'));
    }
    this.remote.connect(send);
    if (this.#writer === undefined && !this.#recovering && !this.#options.volatile) {
      this.#recovering = true;
      this.#tell();
      await this.#recoverUntilDone();
      this.#recovering = false;
    }
    this.#tell();
  }

  /** Undefined when the stream has ended. */
  async #isSame({ witness }: JournalWriter, send: JournalSend): Promise<true | undefined> {
    if (witness === undefined) return true;
    const holds = await this.remote.holds(send, witness);
    if (holds !== false) return holds;
    const message = `this journal does not have record ${witness.seq} of "${witness.stream}", which this kernel has written: it is another one, or an older copy; start its extension with the folder that it had, or restart the kernel to take this one up`;
    throw tauError('JOURNAL_CONFLICT', message);
  }

  disconnect(send: JournalSend): void {
    this.remote.disconnect(send);
    this.#tell();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** A journal that fails for the moment is asked again from the start: nothing of it is in use before all was read. */
  async #recoverUntilDone(): Promise<void> {
    const { clock, log, onFatal } = this.#options;
    for (let failures = 1; !this.#stopped; failures += 1) {
      try {
        return await this.#recover();
      } catch (thrown) {
        const { retryable, message } = toErrorData(thrown);
        if (!retryable) return onFatal(thrown);
        log({ level: 'warning', message: `the journal cannot be read, trying again: ${message}` });
        const delayMs = backoffDelayMs(failures, RECOVERY_RETRY, 1);
        await new Promise<void>((resolve) => clock.at(later(clock.now(), delayMs), resolve));
      }
    }
  }

  async #recover(): Promise<void> {
    const { kernelId, machine, clock, onFatal, onRecovered } = this.#options;
    const epoch = await this.remote.claim(kernelId);
    const onTrouble = (message: string | undefined): void => this.#setTrouble(message);
    const regions: RecoveredRegion[] = [];
    for await (const region of recoverRegions(this.remote, machine)) regions.push(region);
    const witness = regions.map(witnessOf).find((known) => known !== undefined);
    const writer = new JournalWriter(this.remote, epoch, { clock, onFatal, onTrouble, ...(witness && { witness }) });
    this.#writer = writer;
    this.#epoch = epoch;
    await onRecovered({ regions, writer, epoch });
  }

  #setTrouble(message: string | undefined): void {
    if (message !== undefined && this.#trouble === undefined) {
      this.#options.log({ level: 'warning', message: `durable sessions wait for the journal: ${message}` });
    }
    this.#trouble = message;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.status);
  }
}

function witnessOf({ state: { id, seq, hlc } }: RecoveredRegion): Witness | undefined {
  return seq === 0 ? undefined : { stream: id, seq, hlc: hlcText(hlc) };
}
