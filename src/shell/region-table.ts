import { type Clock, instant, type RegionId, type RunId, type TauError } from 'tau-core';
import type { RegionEffect, RegionReply } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState } from '../machines/region/state.js';
import { type RegionHost, RegionLoop } from './region-loop.js';
import type { RegionStore } from './region-store.js';
import { RunTimers } from './run-timers.js';
import type { Defer } from './turns.js';

/** Where effects of regions go, and bugs. */
export interface TableHost {
  release(effect: Exclude<RegionEffect, { readonly type: 'reply' }>): void;
  bug(thrown: unknown): void;
  /** A run has ended, durably. */
  ended(runId: RunId): void;
  /** Why something that is not in the table cannot be given. */
  missing(message: string): TauError;
}

/** Runs in the directory before it is looked through for those that nobody lists any more. */
const DIRECTORY_MIN = 50_000;

/** All regions of a kernel, which of them has which run, and when runs must be woken. */
export class RegionTable {
  readonly #machine: RegionMachine;
  readonly #clock: Clock;
  readonly #defer: Defer;
  readonly #host: TableHost;
  /** One for all regions: there may be many. */
  readonly #loopHost: RegionHost;
  readonly #loops = new Map<RegionId, RegionLoop>();
  readonly #regionOfRun = new Map<RunId, RegionId>();
  readonly #timers: RunTimers;
  #pruneAt = DIRECTORY_MIN;

  constructor(machine: RegionMachine, ports: { readonly clock: Clock; readonly defer: Defer }, host: TableHost) {
    this.#machine = machine;
    this.#clock = ports.clock;
    this.#defer = ports.defer;
    this.#host = host;
    this.#loopHost = {
      release: (effect) => host.release(effect),
      bug: (thrown) => host.bug(thrown),
      touched: (committed, runIds) => this.#touched(committed, runIds),
    };
    this.#timers = new RunTimers(ports.clock, (runId) => this.#wake(runId));
  }

  get machine(): RegionMachine {
    return this.#machine;
  }

  all(): Iterable<RegionLoop> {
    return this.#loops.values();
  }

  find(id: RegionId): RegionLoop | undefined {
    return this.#loops.get(id);
  }

  /** @throws TauError NOT_FOUND, or JOURNAL_ABSENT while the journal that may know it was not read */
  get(id: RegionId): RegionLoop {
    const loop = this.#loops.get(id);
    if (loop === undefined)
      throw this.#host.missing(`there is no session "${id}"; create it first, or see "tau sessions"`);
    return loop;
  }

  /** The region that has a run. @throws TauError NOT_FOUND, JOURNAL_ABSENT */
  ofRun(runId: RunId): RegionLoop {
    const region = this.#regionOfRun.get(runId);
    const loop = region === undefined ? undefined : this.#loops.get(region);
    if (loop === undefined) throw this.#host.missing(`there is no run ${runId}; see "tau runs"`);
    return loop;
  }

  /** Opens a region: a new one, or one that was read from the journal. */
  open(state: RegionState, store: RegionStore, snapshotSeq = 0): RegionLoop {
    const loop = new RegionLoop(state, store, {
      machine: this.#machine,
      clock: this.#clock,
      defer: this.#defer,
      snapshotSeq,
      host: this.#loopHost,
    });
    this.#loops.set(state.id, loop);
    for (const runId of state.ended.keys()) this.#regionOfRun.set(runId as RunId, state.id);
    this.#touched(state, new Set(state.runs.keys()));
    return loop;
  }

  /** Forgets a region whose creation was refused. */
  discard(loop: RegionLoop): void {
    if (loop.state.seq === 0 && loop.idle) this.#loops.delete(loop.id);
  }

  /** Tells a region something, as the kernel's own parts do. A region that is gone waits for nothing. */
  tell(regionId: RegionId, input: RegionInput, resolve: (reply: RegionReply) => void): void {
    this.#loops.get(regionId)?.tell(input, resolve);
  }

  stop(): void {
    this.#timers.stop();
  }

  #touched(state: RegionState, runIds: ReadonlySet<string>): void {
    for (const id of runIds) {
      const runId = id as RunId;
      this.#regionOfRun.set(runId, state.id);
      const run = state.runs.get(id);
      if (this.#regionOfRun.size > this.#pruneAt) this.#prune();
      if (run === undefined) this.#ended(runId);
      else this.#timers.set(runId, this.#machine.runDeadline(state, run));
    }
  }

  #ended(runId: RunId): void {
    this.#timers.delete(runId);
    this.#host.ended(runId);
  }

  /** Forgets runs that their regions do not list any more: otherwise the directory would grow with every run. */
  #prune(): void {
    for (const [runId, region] of this.#regionOfRun) {
      const state = this.#loops.get(region)?.state;
      if (state?.runs.has(runId) !== true && state?.ended.has(runId) !== true) this.#regionOfRun.delete(runId);
    }
    this.#pruneAt = Math.max(DIRECTORY_MIN, 2 * this.#regionOfRun.size);
  }

  #wake(runId: RunId): void {
    const region = this.#regionOfRun.get(runId);
    const loop = region === undefined ? undefined : this.#loops.get(region);
    loop?.tell({ type: 'wake', runId }, () => {
      const run = loop.state.runs.get(runId);
      if (run === undefined) return;
      // Woken for nothing (a deadline that moved): the next one, and not the same instant again.
      const next = Math.max(this.#machine.runDeadline(loop.state, run), this.#clock.now() + 1);
      this.#timers.set(runId, instant(next));
    });
  }
}
