import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { Stop } from '../umbrella/stop.ts';
import { command, output } from './command.ts';

/** Settings of the user's npm with which the registry is reached, and where npm keeps what it downloaded. */
export interface NpmSettings {
  readonly registry: string;
  readonly cache: string;
  readonly strictSsl: boolean;
  /** Empty when there is none, as for those below. */
  readonly cafile: string;
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** Asked of the registry to see whether it answers: each library needs it. */
const NEEDED_PACKAGE = 'zod';

/** The environment without what an npm or a test runner around this process put into it for its own children. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^(npm_|vitest|tau_|init_cwd$|node_env$|node_path$|node_options$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign.test(name)));
}

/** Reads the settings that `npm install` in the umbrella would use. */
export async function npmSettings(env: NodeJS.ProcessEnv = process.env): Promise<NpmSettings> {
  const names = ['registry', 'cache', 'strict-ssl', 'cafile', 'proxy', 'https-proxy', 'noproxy'];
  const text = await output('npm', ['config', 'get', ...names], { cwd: ROOT, env });
  const found = new Map(text.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  const setting = (name: string): string => {
    const value = found.get(name) ?? '';
    return value === 'null' || value === 'undefined' ? '' : value;
  };
  return {
    registry: setting('registry'),
    cache: setting('cache'),
    strictSsl: setting('strict-ssl') !== 'false',
    cafile: setting('cafile'),
    httpProxy: setting('proxy'),
    httpsProxy: setting('https-proxy'),
    noProxy: setting('noproxy'),
  };
}

/** Stops when the registry of the user's npm does not answer, or refuses. */
export async function requireRegistry(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const patience = ['--fetch-retries=0', '--fetch-timeout=20000', '--prefer-online'];
  const asked = await command('npm', ['view', NEEDED_PACKAGE, 'version', '--json', ...patience], { cwd: ROOT, env });
  if (asked.code === 0) return;
  const why = /"code": ?"([^"]+)"/.exec(asked.stdout)?.[1] ?? /npm error code (\S+)/.exec(asked.stderr)?.[1] ?? '';
  const next = 'look at the network and at "npm config get registry", then try again';
  const problem = /^E4\d\d$/.test(why) ? `refuses (${why})` : `does not answer (${why === '' ? asked.code : why})`;
  throw new Stop(`the npm registry ${problem}`, next);
}

/** npm as it is for someone who has nothing but the local registry: no umbrella on the PATH, no settings of the user. */
export class Npm {
  readonly env: NodeJS.ProcessEnv;

  private constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  /** @param folder where its settings, and a `node` that is the one that runs this, are put. */
  static make(folder: string, registry: string, cache: string): Npm {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(process.execPath, join(bin, 'node'));
    const npmrc = join(folder, 'npmrc');
    const lines = [
      `registry=${registry}`,
      // Whoever asks may publish here; npm wants a token all the same.
      `${registry.replace(/^http:/, '')}:_authToken=anyone`,
      `cache=${cache}`,
      // The local registry lives on the same port each time, and what it has is new each time.
      'prefer-online=true',
      'noproxy=127.0.0.1',
      'audit=false',
      'fund=false',
      'update-notifier=false',
      'loglevel=error',
    ];
    writeFileSync(npmrc, `${lines.join('\n')}\n`);
    const inUmbrella = (path: string): boolean => `${resolve(path)}${sep}`.startsWith(`${ROOT}${sep}`);
    const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '' && !inUmbrella(part));
    return new Npm({
      ...withoutNpm(process.env),
      PATH: [bin, ...path].join(delimiter),
      NO_COLOR: '1',
      npm_config_userconfig: npmrc,
    });
  }

  /** What `npm ...args` prints on its standard output; throws `CommandFailed`. */
  run(cwd: string, ...args: string[]): Promise<string> {
    return output('npm', args, { cwd, env: this.env });
  }

  /** Runs a script with this environment's node; gives what it prints. */
  node(cwd: string, ...args: string[]): Promise<string> {
    return output('node', args, { cwd, env: this.env });
  }
}
