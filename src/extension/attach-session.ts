import { isAbortError } from '../contract/error-middleware.js';
import type { KernelChannel } from '../contract/kernel-channel.js';
import type { Journal } from '../ports/journal.js';
import { type ErrorData, TauError } from '../vocabulary/tau-error.js';
import { serveJournal } from './journal-server.js';
import { linkedAbort } from './linked-abort.js';
import type { WorkHost } from './work-host.js';

/** What one session of streams works with. */
export interface SessionOptions {
  readonly channel: KernelChannel;
  readonly registrationId: string;
  readonly host: WorkHost;
  readonly journal: Journal | undefined;
  /** Ends the session. */
  readonly signal: AbortSignal;
  /** Welcome was received. The bulk stream, if there is one, was opened before it. */
  readonly onAttached: () => void;
}

/**
 * One session: the attach stream and, with a journal, the bulk stream. They live and die together, so that a journal
 * whose control stream is deaf cannot look healthy.
 *
 * Resolves when the kernel ended it, or the signal did.
 *
 * @throws TauError when it was refused or lost.
 */
export async function runSession(options: SessionOptions): Promise<void> {
  const { channel, host, journal, registrationId } = options;
  const own = linkedAbort(options.signal);
  const end = own.abort;
  let cutBy: ErrorData | undefined;
  // At once, not after Welcome: a kernel that recovers needs its journal before it can say what of Hello it keeps.
  const bulk =
    journal === undefined
      ? undefined
      : serveJournal(journal, registrationId, (requests) =>
          channel.extensions.bulk(requests, { signal: own.signal }),
        ).finally(end);
  // Seen below, when the attach stream has ended as well; until then its failure is nobody's.
  bulk?.catch(() => {});

  const queue = host.open({
    onAttached: options.onAttached,
    onCut: (error) => {
      cutBy = error;
      end();
    },
  });

  let failure: unknown;
  try {
    for await (const message of channel.extensions.attach(queue, { signal: own.signal })) host.received(message.frames);
  } catch (thrown) {
    failure = thrown;
  } finally {
    end();
    host.cut();
    own.unlink();
  }
  // The first stream to fail has aborted the other: its error is the one that is no abort.
  const failures = [failure, await failureOf(bulk)].filter((thrown) => thrown !== undefined && !isAbortError(thrown));
  if (failures.length > 0) throw failures[0];
  if (cutBy !== undefined) throw new TauError(cutBy);
}

async function failureOf(bulk: Promise<void> | undefined): Promise<unknown> {
  try {
    await bulk;
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}
