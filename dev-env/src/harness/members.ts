import { join, relative } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';
import { binScript } from './bins.ts';
import type { ProcessSpec } from './process.ts';

/** The token that clients and extensions of a harness's kernel present. */
export const KERNEL_TOKEN = 'harness-token';
/** The secret with which the stand-in signs. */
export const WEBHOOK_SECRET = 'harness-secret';

/** Where the parts of a cluster find each other. */
export interface Places {
  /** `127.0.0.1:<port>`. */
  readonly kernel: string;
  /** What the kernel asks of everyone; undefined asks for nothing. */
  readonly token: string | undefined;
  readonly receiverPort: number;
  readonly githubUrl: string;
  /** A folder for the journal; everything in it goes away with the cluster. */
  readonly folder: string;
  /** The folder whose workflows are put into service. */
  readonly workflows: string;
  /** The folder in which the libraries are; default: the umbrella. */
  readonly libraries?: string | undefined;
}

/** With --json each command prints one object per line; one of them says that it is ready. */
function isReady(line: string): boolean {
  return line.startsWith('{') && (JSON.parse(line) as { event?: string }).event === 'ready';
}

function tokenEnv(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { TAU_TOKEN: token };
}

export function kernelSpec({ kernel, token, libraries }: Pick<Places, 'kernel' | 'token' | 'libraries'>): ProcessSpec {
  return {
    name: 'kernel',
    script: binScript('tau-runtime-kernel', 'tau-kernel', libraries),
    args: ['--listen', kernel, '--json'],
    env: tokenEnv(token),
    isReady,
  };
}

export function localSpec({ kernel, token, folder, workflows, libraries }: Places): ProcessSpec {
  return {
    name: 'tau-ext-local',
    script: binScript('tau-ext-local', 'tau-ext-local', libraries),
    args: ['--kernel', kernel, '--data', join(folder, 'local'), '--workflows', relative(ROOT, workflows), '--json'],
    // A definition is named by its path as given: ".tau/workflows/triage.yml".
    cwd: ROOT,
    env: tokenEnv(token),
    isReady,
  };
}

export function githubSpec(places: Places, githubToken: string): ProcessSpec {
  const { kernel, token, receiverPort, githubUrl, libraries } = places;
  return {
    name: 'tau-ext-github',
    script: binScript('tau-ext-github', 'tau-ext-github', libraries),
    args: ['--kernel', kernel, '--api-url', githubUrl, '--listen', `127.0.0.1:${receiverPort}`, '--json'],
    env: { ...tokenEnv(token), GITHUB_TOKEN: githubToken, GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET },
    isReady,
  };
}
