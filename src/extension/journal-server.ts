import { errorFromProto, errorToProto } from '../contract/error.js';
import type { BulkRequest, BulkResponse, JournalCall, JournalReply } from '../contract/extension-v1.js';
import { pageToProto, readOptionsFromProto, snapshotToProto } from '../contract/journal.js';
import type { Journal } from '../ports/journal.js';
import { TauError, tauError, toErrorData } from '../vocabulary/tau-error.js';
import { EXTENSION_LIMITS } from './limits.js';

/** Opens the bulk stream. */
export type OpenBulk = (requests: AsyncIterable<BulkRequest>) => AsyncIterable<BulkResponse>;

/**
 * Serves a journal over a bulk stream until the kernel ends it. A call is passed on as soon as it arrives, without
 * waiting for those before it: the port keeps their order, and appends that wait together share one sync to disk.
 * Replies leave in the order of the calls.
 *
 * @throws TauError when the kernel refuses the stream, or it is lost.
 */
export async function serveJournal(journal: Journal, registrationId: string, open: OpenBulk): Promise<void> {
  const replies = new Replies();
  try {
    for await (const { frame } of open(replies.stream(registrationId))) {
      if (frame?.$case === 'refused') throw new TauError(errorFromProto(frame.value));
      if (frame?.$case !== 'journal') continue;
      replies.push(answer(journal, frame.value));
      if (replies.waiting >= EXTENSION_LIMITS.journalCallsMax) await replies.room();
    }
  } finally {
    replies.close();
  }
}

/** Replies in the making, oldest first. */
class Replies {
  readonly #pending: Promise<JournalReply>[] = [];
  #closed = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  get waiting(): number {
    return this.#pending.length;
  }

  push(reply: Promise<JournalReply>): void {
    this.#pending.push(reply);
    this.#wakeReader?.();
  }

  /** Resolves when a reply has left, or the stream is closed. */
  room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  close(): void {
    this.#closed = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  async *stream(registrationId: string): AsyncGenerator<BulkRequest, void, undefined> {
    yield { frame: { $case: 'hello', value: { registrationId } } };
    while (!this.#closed) {
      const oldest = this.#pending[0];
      if (oldest === undefined) {
        await new Promise<void>((resolve) => {
          this.#wakeReader = resolve;
        });
        continue;
      }
      const value = await oldest;
      void this.#pending.shift();
      this.#wakeWriter?.();
      yield { frame: { $case: 'journal', value } };
    }
    this.#wakeWriter?.();
  }
}

async function answer(journal: Journal, call: JournalCall): Promise<JournalReply> {
  try {
    return { callId: call.callId, reply: await replyOf(journal, call.call) };
  } catch (thrown) {
    const failed = errorToProto(toErrorData(thrown, 'JOURNAL_FAILED'));
    return { callId: call.callId, reply: { $case: 'failed', value: failed } };
  }
}

async function replyOf(journal: Journal, call: JournalCall['call']): Promise<JournalReply['reply']> {
  switch (call?.$case) {
    case 'claim':
      return { $case: 'claimed', value: { epoch: await journal.claim(call.value.writer) } };
    case 'append':
      await journal.append(call.value.epoch, call.value.streams);
      return { $case: 'appended', value: {} };
    case 'read': {
      const page = await journal.read(call.value.stream, call.value.fromSeq, readOptionsFromProto(call.value));
      return { $case: 'page', value: pageToProto(page) };
    }
    case 'list': {
      const streams = await journal.list(call.value.after, call.value.streamsMax);
      return { $case: 'streams', value: { streams: [...streams] } };
    }
    case 'saveSnapshot': {
      const { epoch, stream, seq, state } = call.value;
      await journal.saveSnapshot(epoch, stream, { seq, state });
      return { $case: 'snapshotSaved', value: {} };
    }
    case 'loadSnapshot':
      return { $case: 'snapshot', value: snapshotToProto(await journal.loadSnapshot(call.value.stream)) };
    case undefined:
      throw tauError('UNSUPPORTED', 'this journal is of an older version and does not know that call');
  }
}
