/** How a queue is bounded and how its frames are gathered. */
export interface FrameQueueOptions<Frame, Message> {
  readonly framesMax: number;
  readonly framesPerMessage: number;
  readonly messageBytes: number;
  /** Makes a message of frames, in their order. */
  readonly wrap: (frames: Frame[]) => Message;
  /** Asked for one more frame whenever a message is made: what is best said once for many (credits). */
  readonly addLast?: () => Frame | undefined;
}

/**
 * Frames on their way to a stream. Whoever reads it gets, in one message, all that was pushed since the last turn:
 * one promise to a message, none to a frame, and a slow socket makes messages fuller instead of slower.
 *
 * One reader. Order is kept. After `end` the reader gets what is still queued, and ends; after `close` it ends at once.
 */
export class FrameQueue<Frame, Message> implements AsyncIterableIterator<Message> {
  readonly #options: FrameQueueOptions<Frame, Message>;
  #frames: Frame[] = [];
  #bytes: number[] = [];
  #reader: ((result: IteratorResult<Message>) => void) | undefined;
  #woken = false;
  #ended = false;
  #dropped = false;

  constructor(options: FrameQueueOptions<Frame, Message>) {
    this.#options = options;
  }

  /** Frames that wait. */
  get length(): number {
    return this.#frames.length;
  }

  /** Queues a frame of about `bytes` bytes; false, and nothing is queued, when the queue is full or has ended. */
  push(frame: Frame, bytes: number): boolean {
    if (this.#ended || this.#frames.length >= this.#options.framesMax) return false;
    this.#frames.push(frame);
    this.#bytes.push(bytes);
    this.wake();
    return true;
  }

  /** Lets the reader look again, at the end of the current run of promise jobs: `addLast` may have something now. */
  wake(): void {
    if (this.#woken || this.#reader === undefined) return;
    this.#woken = true;
    queueMicrotask(() => this.#deliver());
  }

  /** Takes nothing more; the reader ends after what is queued. */
  end(): void {
    this.#ended = true;
    this.wake();
  }

  /** Takes nothing more, and drops what is queued. */
  close(): void {
    this.#frames = [];
    this.#bytes = [];
    this.#dropped = true;
    this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Message>> {
    const result = this.#result();
    if (result !== undefined) return Promise.resolve(result);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  return(): Promise<IteratorResult<Message>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  #deliver(): void {
    this.#woken = false;
    if (this.#reader === undefined) return;
    const result = this.#result();
    if (result === undefined) return;
    const reader = this.#reader;
    this.#reader = undefined;
    reader(result);
  }

  /** What the reader gets now; undefined when it has to wait. */
  #result(): IteratorResult<Message> | undefined {
    const message = this.#take();
    if (message !== undefined) return { done: false, value: message };
    return this.#ended ? { done: true, value: undefined } : undefined;
  }

  #take(): Message | undefined {
    const count = this.#countForMessage();
    const frames = count === this.#frames.length ? this.#frames : this.#frames.splice(0, count);
    if (frames === this.#frames) {
      this.#frames = [];
      this.#bytes = [];
    } else {
      this.#bytes.splice(0, count);
    }
    const last = this.#dropped ? undefined : this.#options.addLast?.();
    if (last !== undefined) frames.push(last);
    return frames.length === 0 ? undefined : this.#options.wrap(frames);
  }

  /** How many of the waiting frames go into the next message; at least one, when there is one. */
  #countForMessage(): number {
    const countMax = Math.min(this.#frames.length, this.#options.framesPerMessage);
    let count = 0;
    for (let bytes = 0; count < countMax && bytes < this.#options.messageBytes; count += 1) {
      bytes += this.#bytes[count] ?? 0;
    }
    return count;
  }
}
