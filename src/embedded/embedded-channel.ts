import { Metadata } from 'nice-grpc';
import {
  AdminServiceDefinition,
  DefinitionServiceDefinition,
  EventServiceDefinition,
  ExtensionServiceDefinition,
  type KernelChannel,
  KernelServiceDefinition,
  RunServiceDefinition,
  SessionServiceDefinition,
} from 'tau-core/contract';
import { kernelServices } from '../services/index.js';
import type { Kernel } from '../shell/kernel.js';

/** What a method of a service implementation needs of its caller. */
interface InProcessContext {
  readonly metadata: Metadata;
  readonly peer: string;
  readonly header: Metadata;
  readonly trailer: Metadata;
  readonly signal: AbortSignal;
  sendHeader(): void;
}

type Method = (request: unknown, context: InProcessContext) => unknown;

interface CallOptions {
  readonly signal?: AbortSignal;
}

/** What a generated service definition says of a method's requests. */
interface MethodShape {
  readonly requestType: { fromPartial(value: object): unknown };
  readonly requestStream: boolean;
}

/**
 * A channel straight into a kernel in the same process: the same services and the same streams, and no sockets.
 * Extensions mounted this way, and clients, cannot tell. Messages are handed over as they are: both sides leave
 * alone what they have passed on. Requests get their default values, as on the wire.
 */
export function embeddedChannel(kernel: Kernel, onDrained: () => void = () => {}): KernelChannel {
  const services = kernelServices(kernel, onDrained);
  const closed = new AbortController();
  const client = <Client>(definition: { readonly methods: object }, implementation: object): Client => {
    const methods = Object.entries(definition.methods as Record<string, MethodShape>).map(([name, shape]) => {
      const method = (implementation as Record<string, Method>)[name];
      const call = (request: object, options: CallOptions = {}): unknown => {
        const signal = options.signal === undefined ? closed.signal : AbortSignal.any([closed.signal, options.signal]);
        return method?.(completed(shape, request), contextOf(signal));
      };
      return [name, call] as const;
    });
    // The generated client and implementation types differ only in optional members and call options.
    return Object.fromEntries(methods) as Client;
  };
  return {
    kernel: client(KernelServiceDefinition, services.kernel),
    sessions: client(SessionServiceDefinition, services.sessions),
    definitions: client(DefinitionServiceDefinition, services.definitions),
    runs: client(RunServiceDefinition, services.runs),
    events: client(EventServiceDefinition, services.events),
    extensions: client(ExtensionServiceDefinition, services.extensions),
    admin: client(AdminServiceDefinition, services.admin),
    close: () => closed.abort(),
  };
}

function completed({ requestType, requestStream }: MethodShape, request: object): unknown {
  // Streams carry the SDKs' own frames, which are whole.
  return requestStream ? request : requestType.fromPartial(request);
}

function contextOf(signal: AbortSignal): InProcessContext {
  return {
    metadata: Metadata(),
    peer: 'embedded',
    header: Metadata(),
    trailer: Metadata(),
    signal,
    sendHeader: () => {},
  };
}
