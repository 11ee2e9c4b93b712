import type { AttachRequest, DownFrame, UpFrame, Work } from '../contract/extension-v1.js';
import { FrameQueue } from '../contract/frame-queue.js';
import type { Clock, Timer } from '../ports/clock.js';
import type { Instant } from '../vocabulary/instant.js';
import { type ErrorData, errorData } from '../vocabulary/tau-error.js';
import { Attachment, type AttachmentAction, type WorkEntry } from './attachment.js';
import { CONTROL_FRAME_BYTES, contentBytes, outcomeBytes } from './attachment-frames.js';
import type { CreditOptions } from './credit-account.js';
import type { Extension } from './define-extension.js';
import { Execution } from './execution.js';
import { EXTENSION_LIMITS } from './limits.js';
import { SecretMask } from './secret-mask.js';
import type { SecretSource } from './secret-places.js';

/** Frames on their way up, in messages. */
export type UpQueue = FrameQueue<UpFrame, AttachRequest>;

/** What one stream's session wants to hear. */
export interface StreamListener {
  /** The kernel's Welcome. */
  onAttached(): void;
  /** The stream is of no use any more. */
  onCut(error: ErrorData): void;
}

interface Stream {
  readonly queue: UpQueue;
  readonly listener: StreamListener;
}

/**
 * The shell around the attach machine: carries its actions out. Owns the running executions, the queue of the open
 * stream and the one timer of the lease; lives as long as the extension is connected, across streams.
 */
export class WorkHost {
  readonly #extension: Extension;
  readonly #clock: Clock;
  readonly #machine: Attachment;
  readonly #secrets: SecretSource;
  readonly #mask = new SecretMask([], EXTENSION_LIMITS.maskedSecretsMax);
  readonly #executions = new Map<WorkEntry, Execution>();
  readonly #whenIdle: (() => void)[] = [];
  #stream: Stream | undefined;
  #timer: Timer | undefined;
  #timerAt: Instant | undefined;
  #stopped = false;

  constructor(extension: Extension, clock: Clock, credit: CreditOptions, secrets: SecretSource) {
    this.#extension = extension;
    this.#clock = clock;
    this.#machine = new Attachment(credit);
    this.#secrets = secrets;
  }

  registered(registrationId: string, leaseTtlMs: number): void {
    this.#machine.registered(registrationId, leaseTtlMs);
  }

  /** Begins a stream; what is to be sent on it comes from the queue. */
  open(listener: StreamListener): UpQueue {
    const queue: UpQueue = new FrameQueue({
      framesMax: EXTENSION_LIMITS.queuedFramesMax,
      framesPerMessage: EXTENSION_LIMITS.framesPerMessage,
      messageBytes: EXTENSION_LIMITS.messageBytes,
      wrap: (frames) => ({ frames }),
      addLast: () => this.#machine.takeCredit(),
    });
    this.#stream = { queue, listener };
    this.#apply(this.#machine.opened(this.#clock.now()));
    return queue;
  }

  received(frames: readonly DownFrame[]): void {
    this.#apply(this.#machine.received(frames, this.#clock.now()));
  }

  /** Ends the stream. Handlers go on until the lease ends. */
  cut(): void {
    this.#stream?.queue.close();
    this.#stream = undefined;
    this.#machine.cut();
    this.#arm();
  }

  leave(): void {
    this.#apply(this.#machine.leave());
  }

  /** Resolves when nothing runs here and every result is acknowledged. */
  idle(): Promise<void> {
    if (this.#machine.idle) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
    });
  }

  /** Ends for good: handlers are told to stop, and nobody waits for them. */
  stop(): void {
    this.#stopped = true;
    this.cut();
    const error = errorData('WORK_LOST', `${this.#extension.name} is closing`);
    for (const execution of [...this.#executions.values()]) execution.abort(error);
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #apply(actions: readonly AttachmentAction[]): void {
    for (const action of actions) this.#carryOut(action);
    if (this.#machine.creditDue) this.#stream?.queue.wake();
    if (this.#whenIdle.length > 0 && this.#machine.idle) for (const resolve of this.#whenIdle.splice(0)) resolve();
    this.#arm();
  }

  #carryOut(action: AttachmentAction): void {
    switch (action.type) {
      case 'send':
        return this.#send(action.frame);
      case 'start':
        return this.#start(action.entry, action.work);
      case 'abort':
        return this.#executions.get(action.entry)?.abort(action.error);
      case 'attached':
        return this.#stream?.listener.onAttached();
      case 'cut':
        return this.#stream?.listener.onCut(
          errorData('UNREACHABLE', 'the kernel has been silent for longer than the lease'),
        );
    }
  }

  #start(entry: WorkEntry, work: Work): void {
    const execution = new Execution(work, {
      clock: this.#clock,
      secrets: this.#secrets,
      mask: this.#mask,
      onSettled: (outcome, usage) => {
        this.#executions.delete(entry);
        this.#apply(this.#machine.settled(entry, outcome, usage));
      },
      onProgress: (content) => this.#apply(this.#machine.progressed(entry, content)),
    });
    this.#executions.set(entry, execution);
    execution.start(this.#extension.find(work.capability));
  }

  #send(frame: UpFrame): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const droppable = frame.frame?.$case === 'progress';
    if (droppable && stream.queue.length >= EXTENSION_LIMITS.queuedFramesMax / 2) return;
    if (stream.queue.push(frame, frameBytes(frame)) || droppable) return;
    stream.listener.onCut(errorData('QUEUE_FULL', 'the kernel does not read: too many frames wait for it'));
  }

  /** One timer for the lease, set again only when it must ring earlier, or has rung. */
  #arm(): void {
    const at = this.#stopped ? undefined : this.#machine.nextDeadline();
    if (this.#timer !== undefined && this.#timerAt !== undefined && at !== undefined && this.#timerAt <= at) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAt = at;
    if (at !== undefined) this.#timer = this.#clock.at(at, () => this.#ring());
  }

  #ring(): void {
    this.#timer = undefined;
    this.#apply(this.#machine.expired(this.#clock.now()));
  }
}

function frameBytes({ frame }: UpFrame): number {
  if (frame?.$case === 'result' && frame.value.outcome !== undefined) return outcomeBytes(frame.value.outcome);
  if (frame?.$case === 'progress' && frame.value.content !== undefined) return contentBytes(frame.value.content);
  return CONTROL_FRAME_BYTES;
}
