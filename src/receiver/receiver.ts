import { createServer, type Server } from 'node:http';
import { Webhooks } from '@octokit/webhooks';
import { type Clock, type ErrorData, type JsonObject, later, type Random } from 'tau-core';
import { systemClock, systemRandom } from 'tau-core/node';
import { createAudit } from './audit.js';
import { until } from './deadline.js';
import { createGate } from './gate.js';
import { RECEIVER_LIMITS, type ReceiverLimits } from './limits.js';
import { listen } from './listen.js';
import type { Publish } from './publish.js';
import type { ReceiverPaths } from './request-checks.js';
import { type Responding, respond } from './respond.js';

/** What a receiver is made from. */
export interface ReceiverOptions {
  /** The address to listen on; 127.0.0.1 keeps it on this machine, behind a proxy that speaks TLS. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The secret that GitHub signs with. */
  readonly secret: string;
  readonly publish: Publish;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
  /** The logins of TAU itself, in lower case, as known at the moment; absent, no event is an echo. */
  readonly ownLogins?: () => readonly string[];
  readonly paths?: Partial<ReceiverPaths>;
  readonly limits?: Partial<ReceiverLimits>;
  /** What `GET /healthz` says besides the receiver's own figures. */
  readonly health?: () => JsonObject;
  /** Told of what went wrong on this side of a delivery: the kernel away, an audit event not taken, a bug. */
  readonly onProblem?: (error: ErrorData) => void;
}

/** A receiver that listens. */
export interface Receiver {
  readonly host: string;
  readonly port: number;
  /** Where the webhook has to point, seen from this machine. */
  readonly url: string;
  /** Stops accepting, finishes what is in flight (up to `closeGraceMs`), closes every connection. Repeatable. */
  close(): Promise<void>;
}

const PATHS: ReceiverPaths = { webhooks: '/webhooks', health: '/healthz' };

/**
 * Starts to receive webhooks.
 *
 * A delivery passes, in this order: path, method, content type, announced size, room for one more, size as read,
 * signature, JSON, publish. 2xx is the kernel's acknowledgement passed on: the event is in the journal.
 *
 * @throws TauError PORT_IN_USE when the address is taken, CONFIG_INVALID when it cannot be had.
 */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const responding = respondingOf(options);
  const { requestTimeoutMs } = responding.limits;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 3),
  });
  server.on('request', (request, response) => {
    void respond({ request, response, proceed: () => undefined }, responding);
  });
  // A sender that asks first gets its answer before it sends a body that is refused by its size alone.
  server.on('checkContinue', (request, response) => {
    void respond({ request, response, proceed: () => response.writeContinue() }, responding);
  });
  const address = await listen(server, options.host, options.port);
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  let closed: Promise<void> | undefined;
  return {
    host: address.address,
    port: address.port,
    url: `http://${shown}:${address.port}${responding.paths.webhooks}`,
    close: () => {
      closed ??= close(server, responding);
      return closed;
    },
  };
}

function respondingOf(options: ReceiverOptions): Responding {
  const { publish, clock = systemClock, random = systemRandom } = options;
  const limits: ReceiverLimits = { ...RECEIVER_LIMITS, ...options.limits };
  const onProblem = options.onProblem ?? (() => undefined);
  return {
    webhooks: new Webhooks({ secret: options.secret }),
    publish,
    audit: createAudit({ publish, clock, random, pace: limits, onProblem }),
    ownLogins: options.ownLogins ?? (() => []),
    clock,
    limits,
    onProblem,
    paths: { ...PATHS, ...options.paths },
    gate: createGate(limits.inFlightMax),
    health: options.health ?? (() => ({})),
  };
}

async function close(server: Server, { gate, audit, clock, limits }: Responding): Promise<void> {
  const graceEnd = later(clock.now(), limits.closeGraceMs);
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
  await until(gate.close(), graceEnd, clock);
  await until(audit.close(), graceEnd, clock);
  server.closeAllConnections();
  await stopped;
}
