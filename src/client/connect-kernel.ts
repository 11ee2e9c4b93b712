import { type ChannelOptions, createChannel, createClientFactory } from 'nice-grpc';
import { AdminServiceDefinition } from '../contract/admin-v1.js';
import { tauClientErrorMiddleware } from '../contract/error-middleware.js';
import { ExtensionServiceDefinition } from '../contract/extension-v1.js';
import type { KernelChannel } from '../contract/kernel-channel.js';
import {
  DefinitionServiceDefinition,
  EventServiceDefinition,
  KernelServiceDefinition,
  RunServiceDefinition,
  SessionServiceDefinition,
} from '../contract/kernel-v1.js';
import { wholeRequests } from '../contract/whole-messages.js';
import { bearerTokenMiddleware, callCloser } from './channel-middleware.js';
import { KERNEL_ADDRESS_DEFAULT, type KernelAddress, kernelAddress } from './kernel-address.js';

/** Which kernel, and as whom. */
export interface ConnectOptions {
  /** `host:port`, `https://host:port` or `unix:///path`; default `127.0.0.1:7420`. */
  readonly address?: string;
  /** Sent as `authorization: Bearer <token>` with every call; readable on the way unless the address says `https`. */
  readonly token?: string;
}

/** The same at both ends: a page of the journal and its frame fit twice. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
/** A kernel that froze, or a network that swallows packets, is noticed within 15 seconds. */
const KEEPALIVE_TIME_MS = 10_000;
const KEEPALIVE_TIMEOUT_MS = 5_000;
/** HTTP/2's 64 KiB would make a fast stream wait for its reader's event loop at every turn. */
const FLOW_CONTROL_WINDOW_BYTES = 4 * 1024 * 1024;
/** gRPC's own waits (1 s to 2 min) are for many clients of a far service; a restarted kernel is back in a moment. */
const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 1_000;

/**
 * A channel to the kernel at an address. It connects with its first call, and again after each cut.
 *
 * ```ts
 * import { connectKernel, createClient } from 'tau-core/client';
 *
 * const channel = connectKernel({ address: '127.0.0.1:7420' });
 * const client = createClient(channel);
 * console.log((await client.info()).capabilities);
 * channel.close();
 * ```
 *
 * @throws TauError INVALID_ARGUMENT when the address or the token has no valid form.
 */
export function connectKernel(options: ConnectOptions = {}): KernelChannel {
  const address = kernelAddress(options.address ?? KERNEL_ADDRESS_DEFAULT);
  const channel = createChannel(address.target, undefined, channelOptions(address));
  const closer = callCloser();
  const bare = createClientFactory().use(tauClientErrorMiddleware);
  const known = options.token === undefined ? bare : bare.use(bearerTokenMiddleware(options.token));
  const factory = known.use(closer.middleware);
  return {
    kernel: factory.create(KernelServiceDefinition, channel),
    sessions: factory.create(SessionServiceDefinition, channel),
    definitions: factory.create(DefinitionServiceDefinition, channel),
    runs: factory.create(RunServiceDefinition, channel),
    events: factory.create(wholeRequests(EventServiceDefinition, ['publishEvents']), channel),
    extensions: factory.create(wholeRequests(ExtensionServiceDefinition, ['attach', 'bulk']), channel),
    admin: factory.create(AdminServiceDefinition, channel),
    close: () => {
      closer.close();
      channel.close();
    },
  };
}

function channelOptions({ local }: KernelAddress): ChannelOptions {
  return {
    'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    'grpc.initial_reconnect_backoff_ms': RECONNECT_FIRST_MS,
    'grpc.max_reconnect_backoff_ms': RECONNECT_MAX_MS,
    'grpc-node.flow_control_window': FLOW_CONTROL_WINDOW_BYTES,
    // A kernel that came back under its name at another address is found again.
    'grpc.dns_min_time_between_resolutions_ms': RECONNECT_MAX_MS,
    'grpc.service_config_disable_resolution': 1,
    // Its counters cost every call something, and nobody can ask a client for them.
    'grpc.enable_channelz': 0,
    // A connection of its own for each channel: closing one is then the end of its connection, and of no other's.
    'grpc.use_local_subchannel_pool': 1,
    ...(local ? { 'grpc.enable_http_proxy': 0 } : {}),
  };
}
