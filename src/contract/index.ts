export * as adminv1 from './admin-v1.js';
export {
  type AdminServiceClient,
  AdminServiceDefinition,
  type AdminServiceImplementation,
} from './admin-v1.js';
export * as corev1 from './core-v1.js';
export { descriptorSet } from './descriptor.js';
export { CAUSE_DEPTH_MAX, errorFromProto, errorToProto } from './error.js';
export { isAbortError, tauClientErrorMiddleware, tauErrorMiddleware } from './error-middleware.js';
export { eventFromProto, eventToProto, placedEventFromProto, placedEventToProto } from './event.js';
export * as extensionv1 from './extension-v1.js';
export {
  type ExtensionServiceClient,
  ExtensionServiceDefinition,
  type ExtensionServiceImplementation,
} from './extension-v1.js';
export { FrameQueue, type FrameQueueOptions } from './frame-queue.js';
export {
  ERROR_TRAILER,
  ERROR_TRAILER_BYTES_MAX,
  errorTrailer,
  GRPC_STATUS,
  serverErrorFrom,
  tauErrorFromClientError,
} from './grpc-status.js';
export {
  appendToProto,
  pageFromProto,
  pageToProto,
  readOptionsFromProto,
  readToProto,
  snapshotFromProto,
  snapshotToProto,
} from './journal.js';
export { jsonFromText, jsonObjectFromText, jsonToText } from './json-text.js';
export type { KernelChannel } from './kernel-channel.js';
export * as kernelv1 from './kernel-v1.js';
export {
  type DefinitionServiceClient,
  DefinitionServiceDefinition,
  type DefinitionServiceImplementation,
  type EventServiceClient,
  EventServiceDefinition,
  type EventServiceImplementation,
  type KernelServiceClient,
  KernelServiceDefinition,
  type KernelServiceImplementation,
  type RunServiceClient,
  RunServiceDefinition,
  type RunServiceImplementation,
  type SessionServiceClient,
  SessionServiceDefinition,
  type SessionServiceImplementation,
} from './kernel-v1.js';
export {
  budgetFromProto,
  budgetToProto,
  outcomeFromProto,
  outcomeToProto,
  principalFromProto,
  principalToProto,
  usageFromProto,
  usageToProto,
} from './outcome.js';
export { wholeRequests, wholeResponses } from './whole-messages.js';
export { workBytes } from './work-bytes.js';
