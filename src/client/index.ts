export type { KernelChannel } from '../contract/kernel-channel.js';
export type { AdminCalls, GrantView, LimitView, RegionStateView, ValidationView } from './admin-calls.js';
export type { DeadLetterView, ExtensionView, FindingView, WorkView } from './admin-view.js';
export { type ClientOptions, RECONNECT_DEFAULT } from './client-context.js';
export { type ConnectOptions, connectKernel } from './connect-kernel.js';
export { type Content, jsonContent, textContent } from './content.js';
export type { ReconnectPolicy } from './cut-recovery.js';
export type {
  DefinitionCalls,
  DefinitionView,
  PutDefinition,
  PutDefinitionResult,
  StartTime,
} from './definition-calls.js';
export type { EventCalls } from './event-calls.js';
export { KERNEL_ADDRESS_DEFAULT } from './kernel-address.js';
export type { PublishOptions, PublishReceipt } from './publish-request.js';
export type { Publisher, PublisherOptions } from './publisher.js';
export type {
  ForkOptions,
  InterruptAnswer,
  ListRuns,
  MigrationView,
  RunCalls,
  RunInput,
  StartRun,
} from './run-calls.js';
export type { Gap, RunEvent, RunProgress } from './run-event.js';
export type { HistoryOptions, HistoryPage } from './run-history.js';
export type { InterruptView, RunStatusName, RunView } from './run-view.js';
export type { EnsureSession, SessionCalls } from './session-calls.js';
export type { DurabilityName, SessionView } from './session-view.js';
export type { SubscribeOptions, SubscriptionItem } from './subscribe.js';
export { createClient, type KernelInfo, type TauClient } from './tau-client.js';
export type { RunWatchItem, WatchOptions } from './watch-run.js';
