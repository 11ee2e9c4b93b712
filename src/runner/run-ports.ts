import type { CallId, Clock, Json, Outcome, Random } from 'tau-core';
import { SecretMask, systemRandom } from 'tau-core/node';
import { ChildRuns } from './child-runs.js';
import type { GateDesk } from './gate-desk.js';
import { type ChildRun, hostService, type ServedRun } from './host-services.js';
import type { KeyedRuns } from './keyed-runs.js';
import type { CallHost, Done, HostService, LocalCall } from './local-call.js';
import type { LocalHandler } from './local-handler.js';
import type { LockUser } from './local-locks.js';
import { LOCAL_DEFAULTS, type LocalOptions, type PublishedEvent } from './local-options.js';
import { type LocalWorld, type RunningRun, SharedPorts } from './local-world.js';
import type { RunBooks } from './run-books.js';
import type { HostNote } from './run-record.js';
import type { Pending } from './run-shell.js';
import type { RunWatch } from './run-watch.js';
import { SecretVault } from './secret-vault.js';

/** The run that ports are of. */
export interface PortedRun {
  readonly runId: string;
  readonly options: LocalOptions;
  readonly clock: Clock;
  readonly depth: number;
  readonly books: RunBooks;
  readonly handle: RunningRun;
  readonly watch: Pick<RunWatch<unknown, unknown, unknown>, 'isShown' | 'show' | 'observed'> | undefined;
  take(pending: Pending): void;
  startChild(child: ChildRun): RunningRun;
  rested(): void;
  failed(thrown: unknown): void;
}

/** Of runs without secrets, which most are. */
const NO_MASK = new SecretMask();

/**
 * Where a run meets the world: handlers, secrets, gates, locks and other runs, for its calls and for the services that its host
 * does; and the way back, by which what comes of them is an input of the run.
 *
 * Owns: what this process gives the run, each made when it is first asked for. Does not own: which calls are open (`RunBooks`), what
 * becomes of one (`LocalCall`), what a service does (`host-services.ts`).
 */
export class RunPorts implements CallHost, ServedRun, LockUser {
  readonly #run: PortedRun;
  #sessionId = 'local';
  #shared: SharedPorts | undefined;
  #vault: SecretVault | undefined = undefined;
  #children: ChildRuns | undefined = undefined;

  /** `shared`: of a run that another one has started. */
  constructor(run: PortedRun, shared: SharedPorts | undefined) {
    this.#run = run;
    this.#shared = shared;
  }

  get runId(): string {
    return this.#run.runId;
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  set sessionId(sessionId: string) {
    this.#sessionId = sessionId;
  }

  get options(): LocalOptions {
    return this.#run.options;
  }

  get clock(): Clock {
    return this.#run.clock;
  }

  get random(): Random {
    return this.options.random ?? systemRandom;
  }

  get depth(): number {
    return this.#run.depth;
  }

  get outputBytesMax(): number {
    return this.options.outputBytesMax ?? LOCAL_DEFAULTS.outputBytesMax;
  }

  get timeoutMs(): number | undefined {
    return this.options.timeoutMs;
  }

  get idleTimeoutMs(): number | undefined {
    return this.options.idleTimeoutMs;
  }

  get holdsDeadLetters(): boolean {
    return this.options.deadLetters === 'hold';
  }

  get vault(): SecretVault {
    this.#vault ??= new SecretVault(this.options.secrets);
    return this.#vault;
  }

  get mask(): SecretMask {
    return this.#vault === undefined && this.options.secrets === undefined ? NO_MASK : this.vault.mask;
  }

  /** Keeps secrets that were taken out of an input. */
  keep(secrets: { readonly [name: string]: string }): void {
    if (Object.keys(secrets).length > 0) this.vault.keep(secrets);
  }

  /** What the run shares with others; one that has no store begins with nobody. */
  get shared(): SharedPorts {
    if (this.#shared === undefined) {
      this.#shared = new SharedPorts(this.options);
      this.#shared.world.set(this.runId, this.#run.handle);
    }
    return this.#shared;
  }

  /** Undefined where nothing of it was asked for. */
  get sharedIfAny(): SharedPorts | undefined {
    return this.#shared;
  }

  get world(): LocalWorld {
    return this.shared.world;
  }

  get desk(): GateDesk {
    return this.shared.desk;
  }

  get keyed(): KeyedRuns | undefined {
    return this.shared.keyed;
  }

  get children(): ChildRuns | undefined {
    return this.#children;
  }

  handlerOf(capability: string): LocalHandler | undefined {
    const { handlers } = this.options;
    return handlers !== undefined && Object.hasOwn(handlers, capability) ? handlers[capability] : undefined;
  }

  serviceOf(capability: string): HostService | undefined {
    return hostService(this, capability);
  }

  settled(call: LocalCall, outcome: Outcome, done?: Done): void {
    const input = { type: 'callSettled', callId: call.effect.callId, outcome } as const;
    this.#run.take(done === undefined ? { input, call } : { input, call, done });
  }

  timedOut(call: LocalCall, outcome: Outcome): void {
    this.#run.take({ input: { type: 'callSettled', callId: call.effect.callId, outcome }, call, isOfTime: true });
  }

  note(call: LocalCall, note: HostNote): void {
    this.#run.take({ note, call });
  }

  lockGranted(lockId: CallId): void {
    this.#run.take({ input: { type: 'lockGranted', lockId } });
  }

  lockRevoked(lockId: CallId, reason: string): void {
    this.#run.take({ input: { type: 'lockRevoked', lockId, reason } });
  }

  isShown(): boolean {
    return this.#run.watch?.isShown === true;
  }

  show(callId: string, from: 'progress' | 'emit' | 'publish', content: Json): void {
    this.#run.watch?.show(callId, from, { content, timeMs: this.clock.now() });
  }

  observed(what: 'waiting' | 'attempt', callId: string): void {
    this.#run.watch?.observed(what, callId, this.clock.now());
  }

  nextPublished(): number {
    return this.#run.books.published + 1;
  }

  published(callId: string, { type, data = null, subject, seq }: PublishedEvent): void {
    if (this.isShown()) this.show(callId, 'publish', { type, data, seq, ...(subject !== undefined && { subject }) });
  }

  startChild(child: ChildRun): RunningRun {
    return this.#run.startChild(child);
  }

  adopted(call: LocalCall, child: RunningRun, isOwn: boolean): void {
    const children = this.#children ?? new ChildRuns();
    this.#children = children;
    children.add(call, child, isOwn);
    child.follow(() => this.#run.rested());
    child.onStopped(() => children.remove(call));
  }

  failed(thrown: unknown): void {
    this.#run.failed(thrown);
  }
}
