import {
  type Clock,
  type CloudEvent,
  later,
  type Random,
  type RegionId,
  type RunId,
  TauError,
  tauError,
} from 'tau-core';
import { HOST_REGISTRATION } from '../machines/dispatch/host-instance.js';
import { DISPATCH_LIMITS, type DispatchLimits } from '../machines/dispatch/state.js';
import type { RegionEffect, RegionReply } from '../machines/region/effects.js';
import type { RegionInput, RunRequest } from '../machines/region/inputs.js';
import { REGION_LIMITS, type RegionLimits } from '../machines/region/limits.js';
import { regionMachine } from '../machines/region/machine.js';
import { recoveryEffects } from '../machines/region/order-work.js';
import type { HostedLanguage } from '../machines/region/programs.js';
import type { BoundDefinition } from '../machines/region/state.js';
import { Catalogue } from './catalogue.js';
import { Dispatcher, SERVED_CAPABILITIES } from './dispatcher.js';
import { HostCalls } from './host-calls.js';
import { JournalLink, type KernelLog, type Recovered } from './journal-link.js';
import { CATALOGUE_REGION, VOLATILE_CATALOGUE_REGION } from './kernel-regions.js';
import { ProgressHub } from './progress-hub.js';
import type { RegionLoop } from './region-loop.js';
import { type RegionStore, VOLATILE_STORE } from './region-store.js';
import { RegionTable } from './region-table.js';
import { ScheduleKeeper } from './schedule-keeper.js';
import { type Defer, turns } from './turns.js';

export interface KernelOptions {
  /** The programs to host, by their languages. */
  readonly languages: readonly HostedLanguage[];
  /** Never waits for a journal: sessions that name no durability are volatile. */
  readonly volatile?: boolean;
  readonly regionLimits?: Partial<RegionLimits>;
  readonly dispatchLimits?: Partial<DispatchLimits>;
}

export interface KernelPorts {
  readonly clock: Clock;
  readonly random: Random;
  /** Begins a turn of the event loop; default `setImmediate`. A simulation gives `queueMicrotask`. */
  readonly defer?: Defer;
  readonly log?: (entry: KernelLog) => void;
  /** The kernel has stopped itself, because going on could lose or repeat something. */
  readonly onFatal?: (error: TauError) => void;
}

/**
 * The kernel: regions, dispatch and the journal, wired together. No sockets: a server or an embedding program brings
 * the services of `services/` to its clients.
 */
export class Kernel {
  readonly id: string;
  readonly options: KernelOptions;
  readonly clock: Clock;
  readonly table: RegionTable;
  readonly dispatcher: Dispatcher;
  readonly catalogue: Catalogue;
  readonly journal: JournalLink;
  readonly progress = new ProgressHub();
  readonly regionLimits: RegionLimits;
  readonly dispatchLimits: DispatchLimits;
  readonly #hostCalls: HostCalls;
  readonly #schedules = new ScheduleKeeper(this);
  readonly #random: Random;
  readonly #log: (entry: KernelLog) => void;
  readonly #onFatal: (error: TauError) => void;
  #draining = false;
  #fatal: TauError | undefined;

  constructor(options: KernelOptions, ports: KernelPorts) {
    this.options = options;
    this.clock = ports.clock;
    this.#random = ports.random;
    this.#log = ports.log ?? (() => {});
    this.#onFatal = ports.onFatal ?? (() => {});
    this.id = `k${ports.random.hex(6)}`;
    this.regionLimits = { ...REGION_LIMITS, ...options.regionLimits };
    this.dispatchLimits = { ...DISPATCH_LIMITS, ...options.dispatchLimits };
    this.#hostCalls = new HostCalls(this, (ref, outcome, usage) => {
      const result = { registrationId: HOST_REGISTRATION, ref, outcome, ...(usage && { usage }) };
      this.dispatcher.decide({ type: 'result', ...result });
    });
    const programs = new Map(options.languages.map((language) => [language.program.kind, language]));
    this.table = new RegionTable(
      regionMachine(programs, this.regionLimits),
      { clock: this.clock, defer: turns(ports.defer) },
      {
        release: (effect) => this.#release(effect),
        bug: (thrown) => this.#bug(thrown),
        missing: (message) => this.missing(message),
        ended: (runId) => this.#hostCalls.ended(runId),
      },
    );
    this.dispatcher = new Dispatcher(this.id, this.dispatchLimits, {
      clock: this.clock,
      tell: (regionId, input, resolve) => this.table.tell(regionId, input, resolve),
      serve: (effect) => this.#hostCalls.perform(effect),
    });
    this.journal = new JournalLink({
      kernelId: this.id,
      volatile: options.volatile === true,
      machine: this.table.machine,
      clock: this.clock,
      log: this.#log,
      onRecovered: (recovered) => this.#takeOver(recovered),
      onFatal: (thrown) => this.#stop(thrown),
    });
    this.catalogue = new Catalogue(programs, () => this.#catalogues());
    this.table.open(this.table.machine.initial(VOLATILE_CATALOGUE_REGION), VOLATILE_STORE);
    if (options.volatile === true) this.dispatcher.decide({ type: 'recovered', epoch: 0 });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Whether sessions can be opened as durable as this kernel makes them. */
  isReady(): boolean {
    return !this.#draining && (this.options.volatile === true || this.journal.writer !== undefined);
  }

  newRunId(): RunId {
    return `r${this.clock.now().toString(36)}-${this.#random.hex(5)}` as RunId;
  }

  newSessionId(): string {
    return `s${this.clock.now().toString(36)}-${this.#random.hex(5)}`;
  }

  log(entry: KernelLog): void {
    this.#log(entry);
  }

  /** The region of a session, created when it is not there. @throws TauError JOURNAL_ABSENT, DRAINING */
  openRegion(id: RegionId, durable: boolean | undefined): RegionLoop {
    const known = this.table.find(id);
    if (known !== undefined) return ofDurability(known, durable);
    return this.table.open(this.table.machine.initial(id), this.#storeFor(durable));
  }

  /** Tells a region something a client wants; the reply's refusal is thrown. @throws TauError */
  async request(loop: RegionLoop, input: RegionInput): Promise<Extract<RegionReply, { readonly ok: true }>> {
    const reply = await loop.submit(input);
    if (reply.ok) return reply;
    this.table.discard(loop);
    throw new TauError(reply.error);
  }

  /** Takes an event: with the runs that it triggers, in one group. */
  publish(id: RegionId, event: CloudEvent, durable: boolean | undefined, resolve: (reply: RegionReply) => void): void {
    this.refuseWhileDraining();
    const loop = this.openRegion(id, durable);
    const starts =
      event.echo === true ? [] : this.catalogue.triggered(event).map((bound) => this.#triggeredRun(bound, event));
    loop.tell({ type: 'publish', event, durable: loop.store.durable, starts }, resolve);
  }

  async putDefinition(bound: BoundDefinition): Promise<boolean> {
    const loop = this.#catalogueLoop();
    const { fresh } = await this.request(loop, { type: 'putDefinition', bound });
    if (fresh) this.#schedules.changed();
    return fresh;
  }

  async removeDefinition(name: string): Promise<void> {
    const holder = [CATALOGUE_REGION, VOLATILE_CATALOGUE_REGION]
      .map((id) => this.table.find(id))
      .find((loop) => loop?.state.catalogue.has(name));
    await this.request(holder ?? this.#catalogueLoop(), { type: 'removeDefinition', name });
    this.#schedules.changed();
  }

  /**
   * Why something unknown cannot be given. Before the journal was read nobody can tell that it does not exist: a client
   * that knew it before the kernel was restarted must wait, and not give up.
   */
  missing(message: string): TauError {
    if (this.options.volatile === true || this.journal.writer !== undefined) return tauError('NOT_FOUND', message);
    return tauError(
      'JOURNAL_ABSENT',
      `${message} (the journal was not read yet: attach it with "tau ext start local", or wait)`,
      {
        retryAfterMs: 100,
      },
    );
  }

  /** @throws TauError DRAINING */
  refuseWhileDraining(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#draining)
      throw tauError('DRAINING', 'the kernel is about to stop; try again when it is back', { retryAfterMs: 1_000 });
  }

  /**
   * Takes no new runs and sends no more work, lets work in flight end for `graceMs`, and saves snapshots.
   * Resolves with the number of pieces of work that were still in flight: they go on after the next start.
   */
  async drain(graceMs: number): Promise<number> {
    this.#draining = true;
    this.dispatcher.decide({ type: 'drain', graceMs });
    await this.#atMost(graceMs, this.dispatcher.idle());
    const abandoned = this.dispatcher.inFlight;
    if (this.journal.remote.connected) await this.#atMost(graceMs, this.#snapshotAll());
    return abandoned;
  }

  stop(): void {
    this.journal.stop();
    this.table.stop();
    this.dispatcher.stop();
  }

  async #snapshotAll(): Promise<void> {
    for (const loop of this.table.all()) await loop.snapshot().catch((thrown: unknown) => this.#bug(thrown));
  }

  async #atMost(ms: number, done: Promise<unknown>): Promise<void> {
    let stopTimer = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      const timer = this.clock.at(later(this.clock.now(), ms), resolve);
      stopTimer = () => timer.cancel();
    });
    await Promise.race([done, timeout]);
    stopTimer();
  }

  /** Opens every region of a journal that was read, and dispatches what was in progress in them. */
  async #takeOver({ regions, writer, epoch }: Recovered): Promise<void> {
    const loops = regions.map(({ state, snapshotSeq }) => this.table.open(state, writer, snapshotSeq));
    const effects = loops.flatMap((loop) => recoveryEffects(loop.state));
    for (const effect of effects) {
      if (effect.type !== 'dispatch') this.#release(effect);
      else if (!isServed(effect)) this.dispatcher.decide({ type: 'recover', order: effect.order });
    }
    this.dispatcher.decide({ type: 'recovered', epoch });
    await this.#adoptVolatileDefinitions();
    // Its own calls the kernel serves again at once: it is their holder, and has forgotten them.
    for (const effect of effects) if (isServed(effect)) this.#release(effect);
    this.#hostCalls.cancelOrphans();
    this.#schedules.changed();
    const runs = loops.reduce((sum, loop) => sum + loop.state.runs.size, 0);
    const message = `journal attached: ${loops.length} sessions, ${runs} runs in progress`;
    this.#log({ level: 'info', message, details: { epoch } });
  }

  /** What was put while there was no journal becomes durable, unless the journal knows better. */
  async #adoptVolatileDefinitions(): Promise<void> {
    const early = this.table.get(VOLATILE_CATALOGUE_REGION);
    for (const bound of early.state.catalogue.values()) {
      await this.putDefinition(bound);
      await this.request(early, { type: 'removeDefinition', name: bound.name });
    }
  }

  #catalogues(): readonly RegionLoop['state'][] {
    const durable = this.table.find(CATALOGUE_REGION)?.state;
    const early = this.table.find(VOLATILE_CATALOGUE_REGION)?.state;
    return [durable, early].filter((state) => state !== undefined);
  }

  #catalogueLoop(): RegionLoop {
    return this.journal.writer === undefined
      ? this.table.get(VOLATILE_CATALOGUE_REGION)
      : this.openRegion(CATALOGUE_REGION, true);
  }

  #storeFor(durable: boolean | undefined): RegionStore {
    const wanted = durable ?? this.options.volatile !== true;
    if (!wanted) return VOLATILE_STORE;
    if (this.journal.writer !== undefined) return this.journal.writer;
    const next =
      this.options.volatile === true
        ? 'this kernel was started volatile; start it without --volatile'
        : 'start one with "tau ext start local"';
    throw tauError(
      'JOURNAL_ABSENT',
      `no journal is attached, and a durable session needs one: ${next}, or ask for a volatile session`,
      {
        retryAfterMs: 500,
      },
    );
  }

  #triggeredRun(bound: BoundDefinition, event: CloudEvent): RunRequest {
    return {
      runId: this.newRunId(),
      bound,
      input: {},
      event,
      cause: event.id,
      ...(event.traceparent !== undefined && { traceparent: event.traceparent }),
    };
  }

  #release(effect: Exclude<RegionEffect, { readonly type: 'reply' }>): void {
    if (effect.type === 'tellLocks') this.table.tell(effect.regionId, { type: 'tellLocks' }, () => {});
    else this.dispatcher.decide(effect.type === 'dispatch' ? { type: 'add', order: effect.order } : effect);
  }

  #bug(thrown: unknown): void {
    const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    this.#log({ level: 'error', message });
  }

  #stop(thrown: unknown): void {
    if (this.#fatal !== undefined) return;
    this.#fatal =
      thrown instanceof TauError
        ? thrown
        : tauError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown));
    this.#log({ level: 'error', message: this.#fatal.message });
    this.stop();
    this.#onFatal(this.#fatal);
  }
}

/** Whether an effect is a call that the kernel serves itself. */
function isServed(effect: RegionEffect): boolean {
  return effect.type === 'dispatch' && SERVED_CAPABILITIES.includes(effect.order.capability);
}

/** A session that is there, unless it is of another kind than was asked for. */
function ofDurability(loop: RegionLoop, durable: boolean | undefined): RegionLoop {
  if (durable === undefined || durable === loop.store.durable) return loop;
  const [is, wanted] = loop.store.durable ? ['durable', 'volatile'] : ['volatile', 'durable'];
  throw tauError('CONFLICT', `session "${loop.id}" is ${is}, and ${wanted} was asked for; use another id`);
}
