export * from '../gen/tau/core/v1/content.js';
export * from '../gen/tau/core/v1/error.js';
export * from '../gen/tau/core/v1/event.js';
export * from '../gen/tau/core/v1/outcome.js';
