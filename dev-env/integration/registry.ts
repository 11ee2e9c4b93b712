import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../src/harness/ports.ts';
import { RunningProcess } from '../src/harness/process.ts';
import { Stop } from '../umbrella/stop.ts';
import type { NpmSettings } from './npm.ts';

/**
 * Verdaccio's usual port. Always the same one: npm's cache knows what it downloaded by its address, and would grow with
 * each run on another port.
 */
export const REGISTRY_PORT = 4873;

/** What a local registry serves, and from where it takes the rest. */
export interface RegistryOptions {
  /** For its settings and its storage. */
  readonly folder: string;
  /** A port of 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Packages that are only ever published here. Whoever has these names elsewhere is not asked. */
  readonly own: readonly string[];
  readonly upstream: NpmSettings;
}

/** Verdaccio's settings. Exported for its test. */
export function verdaccioSettings({ folder, own, upstream }: RegistryOptions): string {
  const everyone = { access: '$all', publish: '$all', unpublish: '$all' };
  return stringify({
    storage: join(folder, 'storage'),
    auth: {},
    web: { enable: false },
    uplinks: {
      upstream: {
        url: upstream.registry,
        strict_ssl: upstream.strictSsl,
        // Longer than a run: what a package's versions are does not change under it.
        maxage: '24h',
        timeout: '60s',
        max_fails: 10,
        // npm keeps the tarballs.
        cache: false,
      },
    },
    packages: {
      ...Object.fromEntries(own.map((name) => [name, everyone])),
      '**': { access: '$all', proxy: 'upstream' },
    },
    ...(upstream.httpProxy !== '' && { http_proxy: upstream.httpProxy }),
    ...(upstream.httpsProxy !== '' && { https_proxy: upstream.httpsProxy }),
    ...(upstream.noProxy !== '' && { no_proxy: upstream.noProxy }),
    log: { type: 'stdout', format: 'json', level: 'warn' },
  });
}

/** Stops when somebody listens on a port of 127.0.0.1. */
export async function requireFreePort(port: number): Promise<void> {
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (!free)
    throw new Stop(`port ${port} of 127.0.0.1 is taken`, 'end what listens there, or name another with --port');
}

/** A local npm registry: the libraries are published here, and everything else comes through it. */
export class Registry {
  readonly url: string;
  readonly #process: RunningProcess;

  private constructor(url: string, running: RunningProcess) {
    this.url = url;
    this.#process = running;
  }

  static async start(options: RegistryOptions): Promise<Registry> {
    if (options.port !== 0) await requireFreePort(options.port);
    const port = options.port === 0 ? await freePort() : options.port;
    const file = join(options.folder, 'verdaccio.yaml');
    writeFileSync(file, verdaccioSettings(options));
    const { cafile } = options.upstream;
    const extra = cafile === '' ? process.env['NODE_EXTRA_CA_CERTS'] : cafile;
    const running = new RunningProcess({
      name: 'verdaccio',
      script: join(dirname(fileURLToPath(import.meta.resolve('verdaccio/package.json'))), 'bin', 'verdaccio'),
      args: ['--config', file, '--listen', `127.0.0.1:${port}`],
      cwd: options.folder,
      ...(extra !== undefined && { env: { NODE_EXTRA_CA_CERTS: extra } }),
      isReady: (line) => line.includes('"msg":"http address'),
    });
    await running.ready();
    return new Registry(`http://127.0.0.1:${port}/`, running);
  }

  /** What it complained of, newest last. */
  get complaints(): string {
    return this.#process.output;
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}
