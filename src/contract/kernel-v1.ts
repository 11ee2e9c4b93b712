export * from '../gen/tau/kernel/v1/definition.js';
export * from '../gen/tau/kernel/v1/event.js';
export * from '../gen/tau/kernel/v1/kernel.js';
// Two of the files declare it, with one meaning: naming one settles which.
export type { ServerStreamingMethodResult } from '../gen/tau/kernel/v1/run.js';
export * from '../gen/tau/kernel/v1/run.js';
export * from '../gen/tau/kernel/v1/session.js';
