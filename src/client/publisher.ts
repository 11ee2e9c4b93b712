import { errorFromProto } from '../contract/error.js';
import { isAbortError } from '../contract/error-middleware.js';
import type * as kernelv1 from '../contract/kernel-v1.js';
import type { CloudEvent } from '../vocabulary/cloud-event.js';
import { TauError, tauError } from '../vocabulary/tau-error.js';
import { type ClientContext, jitter01 } from './client-context.js';
import { clockSleep } from './clock-sleep.js';
import { CutRecovery, type ReconnectPolicy } from './cut-recovery.js';
import { type PublishOptions, type PublishReceipt, publishRequest, requestBytes } from './publish-request.js';
import { PublishWindow } from './publish-window.js';

/** How much a publisher has on its way, and how long it bears a kernel that is away. */
export interface PublisherOptions {
  /** Events sent and not yet acknowledged, 1 to 65,536; default 1,024. */
  readonly windowMax?: number;
  /** Default: the client's. When the limit passes, what waits is rejected with UNREACHABLE. */
  readonly reconnect?: Partial<ReconnectPolicy>;
}

/** Publishes many events over one stream, in order, each acknowledged on its own. */
export interface Publisher {
  /**
   * Resolves once the event is in the session's journal. Beyond the window it waits until there is room. Events of one
   * publisher reach a session in the order of the calls. After a cut, whatever is unacknowledged is sent again with
   * the same id: the session keeps one of them, and the receipt may then say `duplicate`.
   *
   * @throws TauError the session's refusal; UNREACHABLE when the kernel stays away (outcome unknown); LIMIT_EXCEEDED
   * for an event too large to travel; QUEUE_FULL when 65,536 calls wait already; CONFLICT after `close`.
   */
  publish(sessionId: string, event: CloudEvent, options?: PublishOptions): Promise<PublishReceipt>;
  /** Resolves when the window has room: a producer that does not await each `publish` awaits this. */
  ready(): Promise<void>;
  /** Takes no more, waits for the answers of all that was published, and ends the stream. */
  close(): Promise<void>;
}

const WINDOW_DEFAULT = 1_024;
const WINDOW_MAX = 65_536;
/** Bounds the memory of callers that neither await `publish` nor `ready`. */
const LINE_MAX = 65_536;
/** Several messages' worth: the kernel's journal forms groups of its own. */
const WINDOW_BYTES_MAX = 16 * 1024 * 1024;
const BATCH_ITEMS_MAX = 256;
/** Small enough to be decoded between two other things, large enough that its frame costs nothing. */
const BATCH_BYTES_MAX = 1024 * 1024;

/** Makes a publisher. It connects with its first event, and holds the stream open until it is closed. */
export function createPublisher(context: ClientContext, options: PublisherOptions = {}): Publisher {
  const windowMax = options.windowMax ?? WINDOW_DEFAULT;
  if (!Number.isInteger(windowMax) || windowMax < 1 || windowMax > WINDOW_MAX) {
    throw tauError('INVALID_ARGUMENT', `windowMax is ${windowMax}: it must be a whole number from 1 to ${WINDOW_MAX}`);
  }
  const reconnect = { ...context.reconnect, ...options.reconnect };
  return new StreamPublisher({ ...context, reconnect }, windowMax);
}

type Batch = IteratorResult<{ items: kernelv1.PublishEventRequest[] }, undefined>;
const NO_MORE: Batch = { done: true, value: undefined };
const ROOM = Promise.resolve();

/** Resolves when all promise jobs that are ready have run: what they publish leaves in one batch, at no delay. */
function promiseJobs(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

class StreamPublisher implements Publisher {
  readonly #context: ClientContext;
  readonly #windowMax: number;
  readonly #window: PublishWindow;
  readonly #waitingForRoom: (() => void)[] = [];
  #closed = false;
  /** Lives while a stream is open or something waits to be sent. */
  #running: Promise<void> | undefined;
  /** The opening whose batches are wanted: one that was cut must take none. */
  #opening = 0;
  #wakeSender: (() => void) | undefined;

  constructor(context: ClientContext, windowMax: number) {
    this.#context = context;
    this.#windowMax = windowMax;
    this.#window = new PublishWindow({
      itemsMax: windowMax,
      bytesMax: WINDOW_BYTES_MAX,
      batchItemsMax: BATCH_ITEMS_MAX,
      batchBytesMax: BATCH_BYTES_MAX,
    });
  }

  publish(sessionId: string, event: CloudEvent, options?: PublishOptions): Promise<PublishReceipt> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw tauError('CONFLICT', 'this publisher is closed: make another one');
      if (this.#window.size >= LINE_MAX) {
        throw tauError('QUEUE_FULL', `${LINE_MAX} events wait to be published: await publish(), or ready() before it`);
      }
      const request = publishRequest(sessionId, event, options);
      this.#window.push({ request, bytes: requestBytes(request), resolve, reject });
      if (this.#running === undefined) this.#running = this.#run();
      else this.#wake();
    });
  }

  ready(): Promise<void> {
    return this.#window.size < this.#windowMax ? ROOM : this.#room();
  }

  async #room(): Promise<void> {
    while (this.#window.size >= this.#windowMax) {
      await new Promise<void>((resolve) => {
        this.#waitingForRoom.push(resolve);
      });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const recovery = new CutRecovery(this.#context.reconnect);
    await promiseJobs();
    while (this.#window.size > 0) {
      const cutBy = await this.#sendAndReceive(recovery);
      if (this.#window.size === 0) break;
      const decision = recovery.cut(cutBy, this.#context.clock.now(), jitter01(this.#context.random));
      if (decision.kind === 'giveUp') this.#rejectAll(decision.error);
      else await clockSleep(this.#context.clock, decision.delayMs);
    }
    this.#running = undefined;
  }

  /** One stream, from its opening to its end; gives the error that ended it, if one did. */
  async #sendAndReceive(recovery: CutRecovery): Promise<TauError | undefined> {
    const opening = this.#opening;
    const batches = { [Symbol.asyncIterator]: () => ({ next: () => this.#nextBatch(opening) }) };
    try {
      for await (const { acks } of this.#context.channel.events.publishEvents(batches)) {
        recovery.delivered();
        for (const ack of acks) this.#settle(ack);
        this.#wake();
        this.#giveRoom();
      }
      return undefined;
    } catch (thrown) {
      if (thrown instanceof TauError) return thrown;
      return tauError(isAbortError(thrown) ? 'UNREACHABLE' : 'INTERNAL', String(thrown), { retryable: false });
    } finally {
      this.#opening += 1;
      this.#window.rewind();
      this.#wake();
    }
  }

  async #nextBatch(opening: number): Promise<Batch> {
    for (;;) {
      if (opening !== this.#opening) return NO_MORE;
      const items = this.#window.take();
      if (items.length > 0) return { done: false, value: { items } };
      if (this.#closed && this.#window.waiting === 0) return NO_MORE;
      await new Promise<void>((resolve) => {
        this.#wakeSender = resolve;
      });
      await promiseJobs();
    }
  }

  #settle({ result }: kernelv1.PublishAck): void {
    const entry = this.#window.acknowledge();
    if (entry === undefined) throw tauError('INTERNAL', 'the kernel acknowledged an event that was not sent');
    if (result?.$case === 'accepted') entry.resolve(result.value);
    else entry.reject(new TauError(errorFromProto(result?.value)));
  }

  #rejectAll(error: TauError): void {
    for (const entry of this.#window.takeAll()) entry.reject(error);
    this.#giveRoom();
  }

  #wake(): void {
    const wake = this.#wakeSender;
    this.#wakeSender = undefined;
    wake?.();
  }

  #giveRoom(): void {
    if (this.#waitingForRoom.length === 0 || this.#window.size >= this.#windowMax) return;
    for (const resolve of this.#waitingForRoom.splice(0)) resolve();
  }
}
