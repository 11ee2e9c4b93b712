import {
  type Journal,
  type JournalPage,
  type ReadOptions,
  type Snapshot,
  type StreamAppend,
  type StreamInfo,
  TauError,
} from 'tau-core';
import {
  appendToProto,
  errorFromProto,
  type extensionv1,
  pageFromProto,
  readToProto,
  snapshotFromProto,
} from 'tau-core/contract';

type Call = NonNullable<extensionv1.JournalCall['call']>;
type Reply = NonNullable<extensionv1.JournalReply['reply']>;

interface Pending {
  readonly frame: extensionv1.JournalCall;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: TauError) => void;
}

/** Sends a call down the journal's stream. */
export type JournalSend = (call: extensionv1.JournalCall) => void;

/** A record that a journal must have, if it is the one that it is taken for. */
export interface Witness {
  readonly stream: string;
  readonly seq: number;
  readonly hlc: string;
}

/** A question on a stream that is not in use yet. */
interface Probe {
  readonly callId: number;
  readonly send: JournalSend;
  /** Without a reply: the stream has ended. */
  readonly settle: (reply: Reply | undefined) => void;
}

/**
 * The journal of an extension, over the bulk stream that it opened.
 *
 * Calls outlive streams: what was not answered when a stream was cut is asked again, in order, on the next one. The
 * journal answers a repeated append as it answered the first; the other calls may be repeated freely.
 */
export class RemoteJournal implements Journal {
  readonly #pending = new Map<number, Pending>();
  #send: JournalSend | undefined;
  #probe: Probe | undefined;
  #calls = 0;

  /** Whether a stream is open. */
  get connected(): boolean {
    return this.#send !== undefined;
  }

  /** A stream was opened: unanswered calls are asked on it again. */
  connect(send: JournalSend): void {
    this.#send = send;
    for (const { frame } of this.#pending.values()) send(frame);
  }

  /** A stream was cut, unless a newer one has taken its place already. */
  disconnect(send: JournalSend): void {
    if (this.#send === send) this.#send = undefined;
    if (this.#probe?.send === send) this.#probe.settle(undefined);
  }

  /** Gives up what was asked and not answered. */
  abandon(error: TauError): void {
    const abandoned = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of abandoned) reject(error);
  }

  /**
   * Whether the journal on a new stream has a record; undefined when the stream has ended before it could say.
   *
   * @throws TauError what the journal fails with.
   */
  async holds(send: JournalSend, { stream, seq, hlc }: Witness): Promise<boolean | undefined> {
    this.#probe?.settle(undefined);
    this.#calls += 1;
    const callId = this.#calls;
    const reply = await new Promise<Reply | undefined>((resolve) => {
      const settle = (answer: Reply | undefined): void => {
        this.#probe = undefined;
        resolve(answer);
      };
      this.#probe = { callId, send, settle };
      send({ callId, call: { $case: 'read', value: readToProto(stream, seq, { toSeq: seq }) } });
    });
    if (reply === undefined) return undefined;
    if (reply.$case === 'failed') throw new TauError(errorFromProto(reply.value));
    const [record] = pageFromProto(expect(reply, 'page')).records;
    return record?.seq === seq && record.hlc === hlc;
  }

  receive(reply: extensionv1.JournalReply): void {
    if (this.#probe?.callId === reply.callId) return this.#probe.settle(reply.reply);
    const pending = this.#pending.get(reply.callId);
    if (pending === undefined || reply.reply === undefined) return;
    this.#pending.delete(reply.callId);
    if (reply.reply.$case === 'failed') pending.reject(new TauError(errorFromProto(reply.reply.value)));
    else pending.resolve(reply.reply);
  }

  async claim(writer: string): Promise<number> {
    const reply = await this.#ask({ $case: 'claim', value: { writer } });
    return expect(reply, 'claimed').epoch;
  }

  async append(epoch: number, streams: readonly StreamAppend[]): Promise<void> {
    expect(await this.#ask({ $case: 'append', value: appendToProto(epoch, streams) }), 'appended');
  }

  async read(stream: string, fromSeq: number, options?: ReadOptions): Promise<JournalPage> {
    const reply = await this.#ask({ $case: 'read', value: readToProto(stream, fromSeq, options) });
    return pageFromProto(expect(reply, 'page'));
  }

  async list(after: string, streamsMax: number): Promise<readonly StreamInfo[]> {
    const reply = await this.#ask({ $case: 'list', value: { after, streamsMax } });
    return expect(reply, 'streams').streams;
  }

  async saveSnapshot(epoch: number, stream: string, { seq, state }: Snapshot): Promise<void> {
    expect(await this.#ask({ $case: 'saveSnapshot', value: { epoch, stream, seq, state } }), 'snapshotSaved');
  }

  async loadSnapshot(stream: string): Promise<Snapshot | undefined> {
    return snapshotFromProto(expect(await this.#ask({ $case: 'loadSnapshot', value: { stream } }), 'snapshot'));
  }

  #ask(call: Call): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#calls += 1;
      const frame: extensionv1.JournalCall = { callId: this.#calls, call };
      this.#pending.set(frame.callId, { frame, resolve, reject });
      this.#send?.(frame);
    });
  }
}

type ReplyValue<Case extends Reply['$case']> = Extract<Reply, { $case: Case }>['value'];

function expect<Case extends Reply['$case']>(reply: Reply, wanted: Case): ReplyValue<Case> {
  if (reply.$case !== wanted) throw new Error(`the journal answered "${reply.$case}" to a call that wants "${wanted}"`);
  return reply.value as ReplyValue<Case>;
}
