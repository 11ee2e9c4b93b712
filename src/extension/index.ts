export type { AttachedExtension, ConnectOptions, ExtensionState } from './attached-extension.js';
export { action, type Capability, type CapabilityOptions, type CapabilityRouting, capability } from './capability.js';
export { connectExtension } from './connect-extension.js';
export { defineExtension, type Extension, type ExtensionOptions } from './define-extension.js';
export type { Handler, ProgressContent, WorkContext } from './handler.js';
export { EXTENSION_LIMITS } from './limits.js';
export { requireInput } from './require-input.js';
