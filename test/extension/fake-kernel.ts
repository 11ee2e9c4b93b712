import { createServer, type Server } from 'nice-grpc';
import { tauErrorMiddleware } from '../../src/contract/error-middleware.js';
import {
  type AttachRequest,
  type AttachResponse,
  type BulkRequest,
  type BulkResponse,
  type DownFrame,
  ExtensionServiceDefinition,
  type Hello,
  type JournalCall,
  type JournalReply,
  type RegisterRequest,
  type RegisterResponse,
  type Result,
  type UpFrame,
  Work,
  type WorkRef,
} from '../../src/contract/extension-v1.js';
import { FrameQueue } from '../../src/contract/frame-queue.js';
import type { TauError } from '../../src/vocabulary/tau-error.js';

type Up = NonNullable<UpFrame['frame']>;
type Down = NonNullable<DownFrame['frame']>;
type UpCase = Up['$case'];
type UpValue<Case extends UpCase> = Extract<Up, { $case: Case }>['value'];

/** What a fake kernel answers. Every member may be changed while it runs. */
export interface FakeBehaviour {
  leaseTtlMs: number;
  /** Refuses Register, as long as it is set. */
  refuseRegister?: TauError;
  /** Never answers Register, as long as it is set. */
  holdRegister?: boolean;
  /** Welcomes by itself, keeping all and asking for all results; default true. */
  welcomes?: boolean;
  /** Asked at each Attach; an error refuses it. */
  refuseAttach?: (registrationId: string) => TauError | undefined;
}

/** One attach stream, as the kernel sees it. */
export class FakeStream {
  /** Every frame that arrived, and how they were gathered in messages. */
  readonly frames: Up[] = [];
  readonly messageSizes: number[] = [];
  ended = false;
  failure: TauError | undefined;
  readonly #down: FrameQueue<Down, AttachResponse>;

  constructor(nextSeq: () => number) {
    this.#down = new FrameQueue({
      framesMax: 100_000,
      framesPerMessage: 64,
      messageBytes: 1e6,
      wrap: (frames): AttachResponse => ({ frames: frames.map((frame) => ({ seq: nextSeq(), frame })) }),
    });
  }

  get hello(): Hello | undefined {
    return this.all('hello')[0];
  }

  get results(): Result[] {
    return this.all('result');
  }

  /** Items granted. */
  get credit(): number {
    return this.all('credit').reduce((sum, { items }) => sum + items, 0);
  }

  all<Case extends UpCase>(name: Case): UpValue<Case>[] {
    return this.frames.filter((frame) => frame.$case === name).map((frame) => frame.value as UpValue<Case>);
  }

  send(...frames: Down[]): void {
    for (const frame of frames) this.#down.push(frame, 1);
  }

  work(ref: WorkRef, work: Parameters<typeof Work.fromPartial>[0] = {}): void {
    this.send({
      $case: 'work',
      value: Work.fromPartial({ capability: 'action:test/do@v1', inputJson: '{}', ...work, ref }),
    });
  }

  /** Ends it after what was sent, as a server does that stops. */
  end(failure?: TauError): void {
    this.failure = failure;
    this.#down.end();
  }

  down(): AsyncIterable<AttachResponse> {
    return this.#down;
  }
}

/** One bulk stream, as the kernel sees it. */
export class FakeBulk {
  registrationId = '';
  readonly replies: JournalReply[] = [];
  readonly queue = new FrameQueue<BulkResponse, BulkResponse[]>({
    framesMax: 1000,
    framesPerMessage: 1000,
    messageBytes: 1e9,
    wrap: (frames) => frames,
  });

  call(call: JournalCall): void {
    this.queue.push({ frame: { $case: 'journal', value: call } }, 1);
  }
}

/** The kernel's side of the extension service on a real server, for as much as an extension can see of it. */
export class FakeKernel {
  readonly registrations: RegisterRequest[] = [];
  readonly streams: FakeStream[] = [];
  readonly bulks: FakeBulk[] = [];
  readonly behaviour: FakeBehaviour = { leaseTtlMs: 30_000 };
  #server: Server | undefined;
  #port = 0;
  #seq = 0;

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get stream(): FakeStream {
    const newest = this.streams.at(-1);
    if (newest === undefined) throw new Error('no stream was opened so far');
    return newest;
  }

  async start(): Promise<void> {
    this.#server = createServer().use(tauErrorMiddleware());
    this.#server.add(ExtensionServiceDefinition, {
      register: (request) => this.#register(request),
      attach: (requests, { signal }) => this.#attach(requests, signal),
      bulk: (requests, { signal }) => this.#bulk(requests, signal),
    });
    this.#port = await this.#server.listen(`127.0.0.1:${this.#port}`);
  }

  /** As `kill -9` would. */
  kill(): void {
    this.#server?.forceShutdown();
  }

  async #register(request: RegisterRequest): Promise<RegisterResponse> {
    this.registrations.push(request);
    if (this.behaviour.holdRegister === true) await new Promise(() => {});
    if (this.behaviour.refuseRegister !== undefined) throw this.behaviour.refuseRegister;
    this.#seq = 0;
    const registrationId = `r${this.registrations.length}`;
    return { registrationId, kernelId: 'fake', leaseTtlMs: this.behaviour.leaseTtlMs, frameBytesMax: 0, features: [] };
  }

  #nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  async *#attach(requests: AsyncIterable<AttachRequest>, signal: AbortSignal): AsyncGenerator<AttachResponse> {
    const stream = new FakeStream(() => this.#nextSeq());
    this.streams.push(stream);
    signal.addEventListener('abort', () => stream.end());
    void this.#readAttach(stream, requests);
    yield* stream.down();
    if (stream.failure !== undefined) throw stream.failure;
  }

  async #readAttach(stream: FakeStream, requests: AsyncIterable<AttachRequest>): Promise<void> {
    try {
      for await (const { frames } of requests) {
        stream.messageSizes.push(frames.length);
        for (const { frame } of frames) {
          if (frame === undefined) continue;
          stream.frames.push(frame);
          if (frame.$case === 'hello') this.#greet(stream, frame.value);
        }
      }
    } catch {
      // The extension has cut the stream.
    }
    stream.ended = true;
    stream.end(stream.failure);
  }

  #greet(stream: FakeStream, hello: Hello): void {
    const refusal = this.behaviour.refuseAttach?.(hello.registrationId);
    if (refusal !== undefined) return stream.end(refusal);
    if (this.behaviour.welcomes === false) return;
    const value = { epoch: 1, keep: hello.running, abort: [], resend: hello.kept, forget: [] };
    stream.send({ $case: 'welcome', value });
  }

  async *#bulk(requests: AsyncIterable<BulkRequest>, signal: AbortSignal): AsyncGenerator<BulkResponse> {
    const bulk = new FakeBulk();
    this.bulks.push(bulk);
    signal.addEventListener('abort', () => bulk.queue.close());
    void this.#readBulk(bulk, requests);
    for await (const frames of bulk.queue) yield* frames;
  }

  async #readBulk(bulk: FakeBulk, requests: AsyncIterable<BulkRequest>): Promise<void> {
    try {
      for await (const { frame } of requests) {
        if (frame?.$case === 'hello') bulk.registrationId = frame.value.registrationId;
        if (frame?.$case === 'journal') bulk.replies.push(frame.value);
      }
    } catch {
      // The extension has cut the stream.
    }
    bulk.queue.close();
  }
}
