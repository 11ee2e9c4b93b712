import { Webhooks } from '@octokit/webhooks';
import type { CloudEvent, ErrorData } from 'tau-core';
import { seededRandom, VirtualClock } from 'tau-core/testing';
import type { Publish } from '../src/receiver/publish.js';
import { type Receiver, type ReceiverOptions, startReceiver } from '../src/receiver/receiver.js';

export const SECRET = 'a secret of tests';

/** What a receiver of the tests published, and where. */
export interface PublishedEvent {
  readonly sessionId: string;
  readonly event: CloudEvent;
}

/** A publish that keeps events in memory and drops duplicates by source and id, as a session does. */
export class MemoryPublish {
  readonly events: PublishedEvent[] = [];
  /** Called before an event is kept; what it throws is what the kernel answers. */
  before: (sessionId: string) => Promise<void> = async () => undefined;
  readonly #known = new Map<string, number>();

  readonly publish: Publish = async (sessionId, event) => {
    await this.before(sessionId);
    const key = `${sessionId} ${event.source} ${event.id}`;
    const known = this.#known.get(key);
    if (known !== undefined) return { duplicate: true, seq: known };
    this.events.push({ sessionId, event });
    this.#known.set(key, this.events.length);
    return { duplicate: false, seq: this.events.length };
  };
}

/** A receiver on a free port with a memory behind it and a clock that stands still. */
export interface Receiving {
  readonly receiver: Receiver;
  readonly memory: MemoryPublish;
  readonly clock: VirtualClock;
  readonly problems: ErrorData[];
}

export async function receiving(options: Partial<ReceiverOptions> = {}): Promise<Receiving> {
  const memory = new MemoryPublish();
  const clock = new VirtualClock();
  const problems: ErrorData[] = [];
  const receiver = await startReceiver({
    host: '127.0.0.1',
    port: 0,
    secret: SECRET,
    publish: memory.publish,
    clock,
    random: seededRandom(1),
    onProblem: (error) => problems.push(error),
    ...options,
  });
  return { receiver, memory, clock, problems };
}

export interface DeliveryParts {
  readonly event?: string;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly secret?: string;
}

const signers = new Map<string, Webhooks>();

/** Delivers a body as GitHub does, signed. A header of `undefined` is left out. */
export async function deliver(url: string, body: string, parts: DeliveryParts = {}): Promise<Response> {
  return fetch(url, { method: 'POST', body, headers: await deliveryHeaders(body, parts) });
}

export async function deliveryHeaders(body: string, parts: DeliveryParts = {}): Promise<Record<string, string>> {
  const secret = parts.secret ?? SECRET;
  const signer = signers.get(secret) ?? new Webhooks({ secret });
  signers.set(secret, signer);
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'x-github-event': parts.event ?? 'issues',
    'x-github-delivery': parts.id ?? '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': body === '' ? undefined : await signer.sign(body),
    ...parts.headers,
  };
  const present = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(present);
}
