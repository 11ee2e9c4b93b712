import { createRequire } from 'node:module';

/** Version of this package. */
export const KERNEL_VERSION: string = (createRequire(import.meta.url)('../package.json') as { version: string })
  .version;

/** Additive features of the contract that this kernel serves. Clients check these, never the version. */
export const FEATURES = [
  'session.fork',
  'run.fork',
  'run.pause',
  'run.input',
  'run.interrupt',
  'run.progress',
  'run.edit',
  'run.migrate',
  'run.locks',
  'host.capabilities',
  'definition.links',
  'definition.schedules',
  'journal.bulk',
  'admin.validate',
] as const;
