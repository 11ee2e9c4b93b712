import type { CallOptions } from 'nice-grpc-common';
import { TauError } from '../vocabulary/tau-error.js';
import { type ClientContext, jitter01 } from './client-context.js';
import { clockSleep } from './clock-sleep.js';
import { CutRecovery } from './cut-recovery.js';

/**
 * The messages of a server stream that is opened again after every cut. `open` is called for each opening and asks for
 * what is still missing; the consumer ends the whole by leaving its loop.
 *
 * A message that `isLast` names is the last one: what follows is the server's end of the stream, which is read to its
 * end. Leaving it unread would reset the stream, and HTTP/2 servers close a connection that resets many.
 *
 * Each opening begins with a short question to the kernel. So a kernel that is not there, or refuses the caller, is an
 * error at once when the stream is first opened; later it is a cut, and tried again until the policy's limit.
 *
 * @throws TauError UNREACHABLE as above, and every error of the stream that is not retryable, as it is.
 * @throws the signal's reason when it is aborted.
 */
export async function* resumingStream<Message>(
  context: ClientContext,
  open: (options: CallOptions) => AsyncIterable<Message>,
  signal: AbortSignal | undefined,
  isLast: (message: Message) => boolean = () => false,
): AsyncGenerator<Message, void, undefined> {
  const options: CallOptions = signal === undefined ? {} : { signal };
  const recovery = new CutRecovery(context.reconnect);
  signal?.throwIfAborted();
  await context.channel.kernel.getInfo({}, options);
  for (let reopening = false; ; reopening = true) {
    let cutBy: TauError | undefined;
    let ended = false;
    try {
      if (reopening) await context.channel.kernel.getInfo({}, options);
      recovery.answered();
      for await (const message of open(options)) {
        recovery.delivered();
        ended ||= isLast(message);
        yield message;
      }
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof TauError)) throw thrown;
      cutBy = thrown;
    }
    if (ended) return;
    const decision = recovery.cut(cutBy, context.clock.now(), jitter01(context.random));
    if (decision.kind === 'giveUp') throw decision.error;
    await clockSleep(context.clock, decision.delayMs, signal);
  }
}
