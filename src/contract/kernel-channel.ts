import type { AdminServiceClient } from './admin-v1.js';
import type { ExtensionServiceClient } from './extension-v1.js';
import type {
  DefinitionServiceClient,
  EventServiceClient,
  KernelServiceClient,
  RunServiceClient,
  SessionServiceClient,
} from './kernel-v1.js';

/**
 * A way to a kernel: the contract's services as nice-grpc clients. Over a socket, or straight into a kernel in the
 * same process; users of a channel cannot tell.
 *
 * Every method and every stream fails with a TauError: the kernel's own, or UNREACHABLE when no kernel answered. An
 * abort of a call's `signal` alone fails with an AbortError.
 */
export interface KernelChannel {
  readonly kernel: KernelServiceClient;
  readonly sessions: SessionServiceClient;
  readonly definitions: DefinitionServiceClient;
  readonly runs: RunServiceClient;
  readonly events: EventServiceClient;
  readonly extensions: ExtensionServiceClient;
  readonly admin: AdminServiceClient;
  /** Cuts what is in flight and frees the connection; calling it again does nothing. */
  close(): void;
}
