import type { KernelChannel } from '../contract/kernel-channel.js';
import { type AdminCalls, adminCalls } from './admin-calls.js';
import { type ClientOptions, clientContext } from './client-context.js';
import { type DefinitionCalls, definitionCalls } from './definition-calls.js';
import { type EventCalls, eventCalls } from './event-calls.js';
import { type RunCalls, runCalls } from './run-calls.js';
import { type SessionCalls, sessionCalls } from './session-calls.js';

/** What the kernel is and can do. */
export interface KernelInfo {
  readonly version: string;
  /** Contract packages served, e.g. `tau.kernel.v1`. */
  readonly contracts: readonly string[];
  /** Additive features of the contract, e.g. `run.fork`. Check these, never the version. */
  readonly features: readonly string[];
  /** Offered by the attached extensions and by the kernel itself, e.g. `action:github/add-labels@v1`. */
  readonly capabilities: readonly string[];
  /** True while a journal is attached and the kernel holds its claim. */
  readonly durable: boolean;
  /** Writer epoch of the journal's claim; 0 without a journal. */
  readonly epoch: number;
  /** Named limits and their values. */
  readonly limits: { readonly [name: string]: number };
  readonly kernelId: string;
}

/**
 * The kernel as its clients see it, in plain objects. Every call fails with a TauError: the kernel's own, or
 * UNREACHABLE with what to do next.
 */
export interface TauClient extends SessionCalls, DefinitionCalls, RunCalls, EventCalls {
  info(): Promise<KernelInfo>;
  readonly admin: AdminCalls;
}

/**
 * A client over a channel. The channel stays the caller's to close.
 *
 * ```ts
 * import { connectKernel, createClient } from 'tau-core/client';
 *
 * const client = createClient(connectKernel());
 * const { run } = await client.startRun({ sessionId: 'demo', definition: '.tau/workflows/triage.yml' });
 * for await (const item of client.watchRun(run.runId)) {
 *   if (item.kind === 'event') console.log(item.event.seq, item.event.type);
 * }
 * ```
 */
export function createClient(channel: KernelChannel, options: ClientOptions = {}): TauClient {
  const context = clientContext(channel, options);
  return {
    info: () => channel.kernel.getInfo({}),
    ...sessionCalls(context),
    ...definitionCalls(context),
    ...runCalls(context),
    ...eventCalls(context),
    admin: adminCalls(context),
  };
}
