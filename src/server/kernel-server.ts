import { createServer, type Server } from 'nice-grpc';
import { HealthDefinition, HealthServiceImpl, HealthState } from 'nice-grpc-server-health';
import { ServerReflection, ServerReflectionService } from 'nice-grpc-server-reflection';
import { type TauError, tauError } from 'tau-core';
import {
  AdminServiceDefinition,
  DefinitionServiceDefinition,
  descriptorSet,
  EventServiceDefinition,
  ExtensionServiceDefinition,
  KernelServiceDefinition,
  RunServiceDefinition,
  SessionServiceDefinition,
  tauErrorMiddleware,
  wholeResponses,
} from 'tau-core/contract';
import { kernelServices } from '../services/index.js';
import { FRAME_BYTES_MAX } from '../services/limits.js';
import type { Kernel } from '../shell/kernel.js';
import { bearerTokenMiddleware } from './auth.js';
import { healthDescriptorSet } from './health-descriptor.js';

export interface ServeOptions {
  /** `host:port` (port 0 takes a free one) or `unix:///path`. */
  readonly listen: string;
  /** What every caller must show. Needed unless the address is of this machine alone. */
  readonly token?: string;
  /** A drain that a client asked for is done: stop the process. */
  readonly onDrained?: () => void;
}

export interface KernelServer {
  /** The address that clients connect to. */
  readonly address: string;
  /** Ends every call and frees the address. */
  stop(): void;
}

const SERVICES = [
  KernelServiceDefinition,
  SessionServiceDefinition,
  DefinitionServiceDefinition,
  RunServiceDefinition,
  EventServiceDefinition,
  ExtensionServiceDefinition,
  AdminServiceDefinition,
] as const;

/** Named limits of the transport. */
const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': FRAME_BYTES_MAX,
  'grpc.max_send_message_length': FRAME_BYTES_MAX,
  // Clients that ping idle connections (ours do) are not cut off for it.
  'grpc.keepalive_permit_without_calls': 1,
  // A stream of journal batches or events is not held up by window updates of 64 KiB.
  'grpc-node.flow_control_window': 4 * 1024 * 1024,
  'grpc.enable_channelz': 0,
};

/**
 * Serves a kernel over gRPC, with health and reflection.
 *
 * @throws TauError PORT_IN_USE, TOKEN_MISSING, CONFIG_INVALID
 */
export async function serveKernel(kernel: Kernel, options: ServeOptions): Promise<KernelServer> {
  const { listen, token } = options;
  if (!/^(unix:.+|.+:\d{1,5})$/.test(listen)) throw badAddress(listen, 'it is no address');
  if (token === undefined && !isLocal(listen)) {
    throw tauError(
      'TOKEN_MISSING',
      `${listen} can be reached from other machines: set TAU_TOKEN, or listen on 127.0.0.1`,
    );
  }
  const server = createServer(CHANNEL_OPTIONS);
  const health = HealthState();
  addServices(server, kernel, token, options.onDrained ?? (() => {}));
  server.add(HealthDefinition, HealthServiceImpl(health));
  // Two serialized descriptor sets, one after the other, are one set of both.
  const descriptors = Buffer.concat([descriptorSet(), healthDescriptorSet()]);
  const names = [...SERVICES.map(({ fullName }) => fullName), 'grpc.health.v1.Health'];
  server.add(ServerReflectionService, ServerReflection(descriptors, names));
  kernel.journal.onStatus((status) => {
    const serving = status === 'attached' || status === 'volatile';
    health.setStatus(serving ? 'healthy' : 'unhealthy', RunServiceDefinition.fullName);
  });
  const port = await listenOn(server, listen);
  const address = listen.startsWith('unix:') ? listen : `${listen.slice(0, listen.lastIndexOf(':'))}:${port}`;
  return { address, stop: () => server.forceShutdown() };
}

function addServices(server: Server, kernel: Kernel, token: string | undefined, onDrained: () => void): void {
  const services = kernelServices(kernel, onDrained);
  const errors = tauErrorMiddleware((thrown, path) =>
    kernel.log({ level: 'error', message: `${path}: ${describe(thrown)}` }),
  );
  const guarded = () => server.with(errors).with(bearerTokenMiddleware(token));
  guarded().add(wholeResponses(KernelServiceDefinition), services.kernel);
  guarded().add(wholeResponses(SessionServiceDefinition), services.sessions);
  guarded().add(wholeResponses(DefinitionServiceDefinition), services.definitions);
  guarded().add(wholeResponses(RunServiceDefinition), services.runs);
  guarded().add(wholeResponses(EventServiceDefinition), services.events);
  guarded().add(wholeResponses(ExtensionServiceDefinition), services.extensions);
  guarded().add(wholeResponses(AdminServiceDefinition), services.admin);
}

async function listenOn(server: Server, listen: string): Promise<number> {
  try {
    return await server.listen(listen);
  } catch (thrown) {
    const message = describe(thrown);
    if (/EADDRINUSE|already in use/i.test(message)) {
      const next = 'stop the other process (a kernel? see "tau doctor"), or choose another address with --listen';
      throw tauError('PORT_IN_USE', `${listen} is in use: ${next}`);
    }
    throw badAddress(listen, message);
  }
}

function badAddress(listen: string, why: string): TauError {
  return tauError('CONFIG_INVALID', `cannot listen on "${listen}": ${why}; use host:port or unix:///path`);
}

function isLocal(listen: string): boolean {
  return /^(unix:|localhost:|127\.\d+\.\d+\.\d+:|\[::1\]:)/.test(listen);
}

function describe(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
