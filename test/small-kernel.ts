import { createServer } from 'nice-grpc';
import { type CloudEvent, type Outcome, TauError } from 'tau-core';
import {
  EventServiceDefinition,
  type EventServiceImplementation,
  ExtensionServiceDefinition,
  type ExtensionServiceImplementation,
  errorToProto,
  eventFromProto,
  extensionv1,
  FrameQueue,
  type kernelv1,
  outcomeFromProto,
  tauErrorMiddleware,
} from 'tau-core/contract';

/** An event that the small kernel took. */
export interface TakenEvent {
  readonly sessionId: string;
  readonly durability: kernelv1.Durability;
  readonly event: CloudEvent;
}

type Down = NonNullable<extensionv1.DownFrame['frame']>;

/** As much of a kernel as an extension can see: takes events and hands out work, on a real server. */
export class SmallKernel {
  readonly events: TakenEvent[] = [];
  readonly registrations: extensionv1.RegisterRequest[] = [];
  /** What events are refused with, as long as it is set. */
  refusal: TauError | undefined;
  readonly #known = new Map<string, number>();
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  #server = createServer().use(tauErrorMiddleware());
  #port = 0;
  #stream: FrameQueue<Down, extensionv1.AttachResponse> | undefined;
  #frames = 0;
  #fence = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server.add(ExtensionServiceDefinition, this.#extensions());
    this.#server.add(EventServiceDefinition, this.#eventService());
    this.#port = await this.#server.listen(`127.0.0.1:${this.#port}`);
  }

  /** As `kill -9` would; what it took is kept, as a journal keeps it. `start` brings it back. */
  kill(): void {
    this.#server.forceShutdown();
    this.#server = createServer().use(tauErrorMiddleware());
  }

  /** Has the attached extension do a piece of work, and gives its outcome. */
  call(capability: string, input: object, work: Partial<extensionv1.Work> = {}): Promise<Outcome> {
    this.#fence += 1;
    const workId = `run-1/call-${this.#fence}`;
    const ref = { workId, attempt: 1, fence: this.#fence };
    const value = extensionv1.Work.fromPartial({
      ref,
      capability,
      inputJson: JSON.stringify(input),
      idempotencyKey: workId,
      remainingMs: 60_000,
      deadlineMs: 4_000_000_000_000,
      ...work,
    });
    return new Promise((resolve, reject) => {
      if (this.#stream === undefined) return reject(new Error('no extension is attached'));
      this.#waiting.set(workId, resolve);
      this.#stream.push({ $case: 'work', value }, 1);
    });
  }

  #extensions(): ExtensionServiceImplementation {
    return {
      register: async (request) => {
        this.registrations.push(request);
        this.#frames = 0;
        const registrationId = `r${this.registrations.length}`;
        return { registrationId, kernelId: 'small', leaseTtlMs: 30_000, frameBytesMax: 0, features: [] };
      },
      attach: (requests, { signal }) => this.#attach(requests, signal),
      bulk: async function* () {},
    };
  }

  async *#attach(
    requests: AsyncIterable<extensionv1.AttachRequest>,
    signal: AbortSignal,
  ): AsyncGenerator<extensionv1.AttachResponse> {
    const stream = new FrameQueue<Down, extensionv1.AttachResponse>({
      framesMax: 1_000,
      framesPerMessage: 64,
      messageBytes: 1e6,
      wrap: (frames) => ({ frames: frames.map((frame) => ({ seq: this.#nextFrame(), frame })) }),
    });
    signal.addEventListener('abort', () => stream.end());
    this.#read(requests, stream).catch(() => stream.end());
    yield* stream;
  }

  #nextFrame(): number {
    this.#frames += 1;
    return this.#frames;
  }

  async #read(
    requests: AsyncIterable<extensionv1.AttachRequest>,
    stream: FrameQueue<Down, extensionv1.AttachResponse>,
  ): Promise<void> {
    for await (const { frames } of requests) {
      for (const { frame } of frames) {
        if (frame?.$case === 'hello') {
          this.#stream = stream;
          const value = { epoch: 1, keep: frame.value.running, abort: [], resend: frame.value.kept, forget: [] };
          stream.push({ $case: 'welcome', value }, 1);
        }
        if (frame?.$case === 'result') this.#settle(frame.value, stream);
      }
    }
    stream.end();
  }

  #settle({ ref, outcome }: extensionv1.Result, stream: FrameQueue<Down, extensionv1.AttachResponse>): void {
    stream.push({ $case: 'ack', value: { ref, verdict: extensionv1.Verdict.ACCEPTED } }, 1);
    this.#waiting.get(ref?.workId ?? '')?.(outcomeFromProto(outcome));
  }

  #eventService(): EventServiceImplementation {
    return {
      publishEvent: async (request) => this.#take(request),
      publishEvents: (requests) => this.#takeAll(requests),
      subscribe: async function* () {},
    };
  }

  async *#takeAll(
    requests: AsyncIterable<kernelv1.PublishEventsRequest>,
  ): AsyncGenerator<kernelv1.PublishEventsResponse> {
    for await (const { items } of requests) yield { acks: items.map((item) => this.#acknowledged(item)) };
  }

  #acknowledged(item: kernelv1.PublishEventRequest): kernelv1.PublishAck {
    try {
      return { result: { $case: 'accepted', value: this.#take(item) } };
    } catch (error) {
      if (!(error instanceof TauError)) throw error;
      return { result: { $case: 'refused', value: errorToProto(error.data) } };
    }
  }

  #take({ sessionId, durability, event: proto }: kernelv1.PublishEventRequest): kernelv1.PublishEventResponse {
    if (this.refusal !== undefined) throw this.refusal;
    const event = eventFromProto(proto);
    const key = `${sessionId} ${event.source} ${event.id}`;
    const known = this.#known.get(key);
    if (known !== undefined) return { seq: known, duplicate: true, runIds: [] };
    this.events.push({ sessionId, durability, event });
    this.#known.set(key, this.events.length);
    return { seq: this.events.length, duplicate: false, runIds: [] };
  }
}
