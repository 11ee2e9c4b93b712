export type { LocalContext, LocalHandler } from './local-call.js';
export { type LocalOptions, type LocalRun, runLocal } from './run-local.js';
