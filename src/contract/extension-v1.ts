export * from '../gen/tau/extension/v1/extension.js';
export * from '../gen/tau/extension/v1/journal.js';
