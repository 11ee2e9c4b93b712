import type { CloudEvent } from '../vocabulary/cloud-event.js';
import type { ClientContext } from './client-context.js';
import { type PublishOptions, type PublishReceipt, publishRequest, requestBytes } from './publish-request.js';
import { createPublisher, type Publisher, type PublisherOptions } from './publisher.js';
import { type SubscribeOptions, type SubscriptionItem, subscribe } from './subscribe.js';

/** Events in and out of sessions. */
export interface EventCalls {
  /**
   * Publishes one event; resolves once it is in the session's journal. The session is created when it is not there.
   * For many events a `publisher` is faster by far.
   */
  publish(sessionId: string, event: CloudEvent, options?: PublishOptions): Promise<PublishReceipt>;
  /** Publishes many events over one stream. Close it when done. */
  publisher(options?: PublisherOptions): Publisher;
  /**
   * A session's events in order, then live; never ends by itself. After a cut it comes back and goes on where it was:
   * no event is lost and none comes twice, whatever moment the cut chose. What the kernel itself no longer has is a gap.
   *
   * @throws TauError UNREACHABLE when no kernel answers at first, or stays away beyond the reconnect limit; INTERNAL
   * when events come out of order.
   * @throws the signal's reason when it is aborted; leaving the loop is the quiet way to end.
   */
  subscribe(sessionId: string, options?: SubscribeOptions): AsyncGenerator<SubscriptionItem, void, undefined>;
}

export function eventCalls(context: ClientContext): EventCalls {
  return {
    async publish(sessionId, event, options) {
      const request = publishRequest(sessionId, event, options);
      requestBytes(request);
      return context.channel.events.publishEvent(request);
    },
    publisher: (options) => createPublisher(context, options),
    subscribe: (sessionId, options) => subscribe(context, sessionId, options),
  };
}
