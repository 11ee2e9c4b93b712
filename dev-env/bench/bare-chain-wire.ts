import { createChannel, createClient } from 'nice-grpc';
import { ExtensionServiceDefinition, type extensionv1, wholeRequests } from 'tau-core/contract';

/** Of both ends, as TAU sets them. */
export const OPTIONS = { 'grpc-node.flow_control_window': 4 * 1024 * 1024, 'grpc.enable_channelz': 0 };
const RECORD_BYTES = 300;

/** What waits for a stream to take it. */
export class Mailbox<Message> {
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;

  put(message: Message): void {
    this.#messages.push(message);
    this.#wake?.();
  }

  async *taken(): AsyncGenerator<Message, void, undefined> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) yield message;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}

/** How the journal begins its stream. */
export const HELLO: extensionv1.BulkRequest = { frame: { $case: 'hello', value: { registrationId: 'journal' } } };
/** The journal's answer; also what the worker sends as its greeting, and for each step. */
export const APPENDED: extensionv1.BulkRequest = {
  frame: { $case: 'journal', value: { callId: 1, reply: { $case: 'appended', value: {} } } },
};
/** What the journal is asked for; also what the worker gets as its next piece of work. */
export const APPEND: extensionv1.BulkResponse = {
  frame: {
    $case: 'journal',
    value: {
      callId: 1,
      call: {
        $case: 'append',
        value: {
          epoch: 1,
          streams: [
            {
              stream: 'bench',
              expectedSeq: 1,
              records: [{ seq: 2, type: 'step', subject: '', hlc: '', data: new Uint8Array(RECORD_BYTES) }],
            },
          ],
        },
      },
    },
  },
};

/** A client of the one in the middle. */
export function connected(address: string) {
  return createClient(wholeRequests(ExtensionServiceDefinition, ['bulk']), createChannel(address, undefined, OPTIONS));
}
