import type * as corev1 from '../contract/core-v1.js';
import { errorToProto } from '../contract/error.js';
import type { DownFrame, UpFrame, Welcome, Work, WorkRef } from '../contract/extension-v1.js';
import { workBytes } from '../contract/work-bytes.js';
import { earliest, type Instant, later } from '../vocabulary/instant.js';
import { type ErrorData, errorData } from '../vocabulary/tau-error.js';
import {
  creditFrame,
  helloFrame,
  leavingFrame,
  pongFrame,
  progressFrame,
  resultFrame,
  sameRef,
} from './attachment-frames.js';
import { CreditAccount, type CreditOptions } from './credit-account.js';
import { KeptResults } from './kept-results.js';
import { EXTENSION_LIMITS } from './limits.js';

/** One attempt at one piece of work, from its start until its handler has ended. Compared by identity. */
export interface WorkEntry {
  readonly ref: WorkRef;
  /** The byte credit that it occupies. */
  readonly bytes: number;
}

/** What the shell is to do, in order. */
export type AttachmentAction =
  | { readonly type: 'send'; readonly frame: UpFrame }
  | { readonly type: 'start'; readonly entry: WorkEntry; readonly work: Work }
  /** Tell the handler to stop. It still ends by `settled`, whenever it does. */
  | { readonly type: 'abort'; readonly entry: WorkEntry; readonly error: ErrorData }
  | { readonly type: 'attached'; readonly epoch: number }
  /** The kernel has fallen silent: give the stream up. */
  | { readonly type: 'cut' };

/**
 * The extension's side of the attach protocol, as a machine that is told everything. Synchronous and deterministic;
 * mutable inside, since results pass here by the thousand.
 *
 * Owns: which work runs, which results are kept, credits owed, the last sequence number, the lease.
 * Does not own: streams, timers, handlers, registration, deadlines of work.
 *
 * Invariants:
 * 1. A result is kept, and offered again on every stream, until the kernel has acknowledged or forgotten it.
 * 2. Every piece of work that arrived gives back exactly the credit that it took, when its handler has ended.
 * 3. At most one attempt at a piece of work is wanted; a newer fence takes the place of an older.
 * 4. No result leaves before the stream's Welcome.
 * 5. Credit is withheld while the results that may still come could exceed the limit of kept ones.
 *
 * @see proto/tau/extension/v1/extension.proto
 */
export class Attachment {
  readonly #options: CreditOptions;
  readonly #keptMax: number;
  readonly #running = new Map<string, WorkEntry>();
  readonly #kept = new KeptResults();
  readonly #credit: CreditAccount;
  #phase: 'detached' | 'opening' | 'attached' = 'detached';
  #leaving = false;
  #registrationId = '';
  #leaseTtlMs = 0;
  #lastSeq = 0;
  /** Of the kernel's last frame: what the lease on running work counts from. */
  #heardAt: Instant | undefined;
  /** Of this stream's opening or last frame: what its own life counts from. */
  #streamAliveAt: Instant | undefined;
  #leaseEnded = false;

  constructor(options: CreditOptions) {
    this.#options = options;
    this.#credit = new CreditAccount(options);
    this.#keptMax = Math.max(EXTENSION_LIMITS.keptResultsMax, 4 * options.creditItems);
  }

  /** Nothing runs, and every result is acknowledged. */
  get idle(): boolean {
    return this.#credit.occupied === 0 && this.#kept.size === 0;
  }

  /** Whether `takeCredit` would give a frame. */
  get creditDue(): boolean {
    return this.#credit.owed > 0 && this.#phase === 'attached' && !this.#leaving && this.#hasRoom();
  }

  /** A registration was granted. Whether it is new or not, nothing is left out that the kernel numbers from 1. */
  registered(registrationId: string, leaseTtlMs: number): void {
    this.#lastSeq = 0;
    this.#registrationId = registrationId;
    this.#leaseTtlMs = leaseTtlMs;
  }

  /** A stream is open: its first frame reconciles. */
  opened(now: Instant): AttachmentAction[] {
    this.#phase = 'opening';
    this.#streamAliveAt = now;
    const hello = helloFrame({
      registrationId: this.#registrationId,
      lastSeq: this.#lastSeq,
      running: Array.from(this.#running.values(), (entry) => entry.ref),
      kept: this.#kept.refs(),
    });
    return [{ type: 'send', frame: hello }];
  }

  /** The stream is gone. Handlers go on until the lease ends. */
  cut(): void {
    this.#phase = 'detached';
    this.#streamAliveAt = undefined;
    this.#credit.clear();
  }

  /** Frames arrived, in order. Those that this registration has seen are left out. */
  received(frames: readonly DownFrame[], now: Instant): AttachmentAction[] {
    this.#heardAt = now;
    this.#streamAliveAt = now;
    this.#leaseEnded = false;
    const actions: AttachmentAction[] = [];
    for (const frame of frames) {
      if (frame.seq <= this.#lastSeq) continue;
      this.#lastSeq = frame.seq;
      this.#receive(frame.frame, actions);
    }
    return actions;
  }

  /** A handler has ended. */
  settled(entry: WorkEntry, outcome: corev1.Outcome, usage?: corev1.Usage): AttachmentAction[] {
    this.#credit.release(entry.bytes);
    this.#owe(entry.bytes);
    if (this.#running.get(entry.ref.workId) !== entry) return [];
    this.#running.delete(entry.ref.workId);
    const frame = this.#kept.keep({ ref: entry.ref, outcome, usage });
    return this.#phase === 'attached' ? [{ type: 'send', frame }] : [];
  }

  /** Output in the middle of work; lost without a stream, as it is for watching only. */
  progressed(entry: WorkEntry, content: corev1.Content): AttachmentAction[] {
    if (this.#phase !== 'attached' || this.#running.get(entry.ref.workId) !== entry) return [];
    return [{ type: 'send', frame: progressFrame(entry.ref, content) }];
  }

  /** Wants no further work; what runs completes. */
  leave(): AttachmentAction[] {
    if (this.#leaving) return [];
    this.#leaving = true;
    return this.#phase === 'attached' ? [{ type: 'send', frame: leavingFrame() }] : [];
  }

  /** The credit to give back now, all in one frame. */
  takeCredit(): UpFrame | undefined {
    if (!this.creditDue) return undefined;
    const { items, bytes } = this.#credit.take();
    return creditFrame(items, bytes);
  }

  /** When `expired` wants to be called. */
  nextDeadline(): Instant | undefined {
    if (this.#leaseTtlMs === 0) return undefined;
    const lease = this.#running.size === 0 || this.#leaseEnded ? undefined : this.#heardAt;
    const from = earliest(lease, this.#streamAliveAt);
    return from === undefined ? undefined : later(from, this.#leaseTtlMs);
  }

  /** Time has passed: a lease without a frame ends, and a stream without one is given up. */
  expired(now: Instant): AttachmentAction[] {
    const actions: AttachmentAction[] = [];
    if (!this.#leaseEnded && this.#isOver(this.#heardAt, now)) {
      this.#leaseEnded = true;
      const error = errorData('WORK_LOST', `the kernel was silent for ${this.#leaseTtlMs} ms: the lease has ended`);
      for (const entry of this.#running.values()) actions.push({ type: 'abort', entry, error });
    }
    if (this.#isOver(this.#streamAliveAt, now)) {
      this.#streamAliveAt = undefined;
      actions.push({ type: 'cut' });
    }
    return actions;
  }

  #isOver(from: Instant | undefined, now: Instant): boolean {
    return from !== undefined && this.#leaseTtlMs !== 0 && now >= later(from, this.#leaseTtlMs);
  }

  #receive(frame: DownFrame['frame'], actions: AttachmentAction[]): void {
    switch (frame?.$case) {
      case 'welcome':
        return this.#welcome(frame.value, actions);
      case 'work':
        return this.#work(frame.value, actions);
      case 'cancel':
        return this.#cancel(frame.value.ref, frame.value.reason, actions);
      case 'ack':
        if (frame.value.ref !== undefined) this.#kept.forget(frame.value.ref);
        return;
      case 'ping':
        actions.push({ type: 'send', frame: pongFrame(frame.value.nonce) });
        return;
      // Results are still taken, and no work comes: the end of the stream is what there is to wait for.
      case 'draining':
      // A frame of a newer version: its sender may not count on it.
      case undefined:
        return;
    }
  }

  #welcome(welcome: Welcome, actions: AttachmentAction[]): void {
    this.#phase = 'attached';
    actions.push({ type: 'attached', epoch: welcome.epoch });
    for (const ref of welcome.abort) this.#abandon(ref, 'the kernel no longer waits for this work', actions);
    for (const ref of welcome.forget) this.#kept.forget(ref);
    // Whatever is still kept is offered: what the kernel asked for again, and what has ended since Hello.
    for (const frame of this.#kept.frames()) actions.push({ type: 'send', frame });
    if (this.#leaving) actions.push({ type: 'send', frame: leavingFrame() });
    this.#credit.renew();
  }

  #work(work: Work, actions: AttachmentAction[]): void {
    const ref = work.ref;
    if (ref === undefined) return;
    const bytes = workBytes(work);
    const running = this.#running.get(ref.workId);
    if (running !== undefined && ref.fence <= running.ref.fence) return this.#owe(bytes);
    const kept = this.#kept.of(ref.workId);
    if (kept !== undefined && ref.fence <= kept.ref.fence) {
      actions.push({ type: 'send', frame: kept.frame });
      return this.#owe(bytes);
    }
    if (kept !== undefined) this.#kept.forget(kept.ref);
    if (running !== undefined) this.#abandon(running.ref, 'a newer attempt takes the place of this one', actions);
    if (this.#credit.occupied >= this.#options.creditItems * EXTENSION_LIMITS.creditOverdraftFactor) {
      actions.push({ type: 'send', frame: resultFrame({ ref, outcome: overdrawn(), usage: undefined }) });
      return this.#owe(bytes);
    }
    const entry: WorkEntry = { ref, bytes };
    this.#running.set(ref.workId, entry);
    this.#credit.occupy(bytes);
    actions.push({ type: 'start', entry, work });
  }

  #cancel(ref: WorkRef | undefined, reason: string, actions: AttachmentAction[]): void {
    const entry = ref && this.#running.get(ref.workId);
    if (ref === undefined || entry === undefined || !sameRef(entry.ref, ref)) return;
    actions.push({ type: 'abort', entry, error: errorData('RUN_CANCELLED', reason) });
  }

  /** Nobody waits for this attempt any more: its handler is stopped, its result is not kept. */
  #abandon(ref: WorkRef, message: string, actions: AttachmentAction[]): void {
    this.#kept.forget(ref);
    const entry = this.#running.get(ref.workId);
    if (entry === undefined || !sameRef(entry.ref, ref)) return;
    this.#running.delete(ref.workId);
    actions.push({ type: 'abort', entry, error: errorData('WORK_LOST', message) });
  }

  #owe(bytes: number): void {
    if (this.#phase === 'attached') this.#credit.owe(bytes);
  }

  #hasRoom(): boolean {
    const resultsAtMost = this.#kept.size + this.#options.creditItems;
    return resultsAtMost <= this.#keptMax && this.#kept.bytes < EXTENSION_LIMITS.keptBytesMax;
  }
}

function overdrawn(): corev1.Outcome {
  const error = errorData('QUEUE_FULL', 'more work was sent than there is credit for');
  return { kind: { $case: 'failed', value: errorToProto(error) } };
}
