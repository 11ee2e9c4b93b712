import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The umbrella's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The libraries in the order in which they build: each needs only those before it. */
export const LIBRARIES = [
  'tau-core',
  'tau-orchestrate',
  'tau-runtime-kernel',
  'tau-ext-local',
  'tau-ext-github',
] as const;

export type Library = (typeof LIBRARIES)[number];

/** Everything with tests of its own: the libraries, and the harness that runs them together. */
export const TESTED = [...LIBRARIES, 'dev-env'] as const;

/** Which libraries each may import. Extensions never see the kernel, nor each other. */
export const MAY_IMPORT: Readonly<Record<(typeof TESTED)[number], readonly Library[]>> = {
  'tau-core': [],
  'tau-orchestrate': ['tau-core'],
  'tau-runtime-kernel': ['tau-core', 'tau-orchestrate'],
  'tau-ext-local': ['tau-core', 'tau-orchestrate'],
  'tau-ext-github': ['tau-core', 'tau-orchestrate'],
  'dev-env': LIBRARIES,
};
