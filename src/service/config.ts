import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { type JsonObject, tauError } from 'tau-core';
import { KERNEL_ADDRESS_DEFAULT } from 'tau-core/client';
import { z } from 'zod';

/** What the process was told: options of its command line, as given. */
export interface ServiceOptions {
  readonly kernel?: string | undefined;
  readonly data?: string | undefined;
  readonly workflows?: readonly string[] | undefined;
  readonly allowShell?: string | undefined;
  readonly instance?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Variables that it reads. */
export interface ServiceEnvironment {
  readonly TAU_KERNEL?: string | undefined;
  readonly TAU_TOKEN?: string | undefined;
  readonly XDG_STATE_HOME?: string | undefined;
  readonly HOME?: string | undefined;
}

const text = z.string().min(1, 'it is empty');

const schema = z.strictObject({
  /** Checked by the client SDK, which knows the forms. */
  kernel: text,
  token: text.optional(),
  data: text,
  workflows: z.array(text).readonly(),
  allowShell: text.optional(),
  instance: z.string().regex(/^[A-Za-z0-9._:@-]{1,100}$/, 'use 1 to 100 of A-Z a-z 0-9 . _ : @ -'),
  json: z.boolean(),
});

/** Settings that the caller knows by other names than `--<name>`. */
const NAMES: { readonly [name: string]: string } = { allowShell: '--allow-shell', token: 'TAU_TOKEN' };

/** Everything that the process was configured with. */
export type ServiceConfig = Readonly<z.infer<typeof schema>>;

/**
 * Reads the configuration, in one place: an option wins over a variable, a variable over the default.
 *
 * @throws TauError CONFIG_INVALID naming the option.
 */
export function readConfig(options: ServiceOptions, env: ServiceEnvironment): ServiceConfig {
  const data = options.data ?? defaultFolder(env);
  const result = schema.safeParse({
    kernel: options.kernel ?? env.TAU_KERNEL ?? KERNEL_ADDRESS_DEFAULT,
    token: env.TAU_TOKEN,
    data: data && resolve(data),
    workflows: options.workflows ?? [],
    allowShell: options.allowShell && resolve(options.allowShell),
    instance: options.instance ?? defaultInstance(resolve(data)),
    json: options.json ?? false,
  });
  if (result.success) {
    refuseNested(result.data.workflows);
    return Object.freeze(result.data);
  }
  const [issue] = result.error.issues;
  const name = String(issue?.path[0]);
  throw tauError('CONFIG_INVALID', `${NAMES[name] ?? `--${name}`}: ${issue?.message}; see tau-ext-local --help`);
}

/** What is in a folder is that folder's alone: one within another would lose its definitions to it, again and again. */
function refuseNested(folders: readonly string[]): void {
  const paths = folders.map((folder) => resolve(folder));
  for (const [index, path] of paths.entries()) {
    const around = paths.findIndex(
      (other, place) => place !== index && (path === other || path.startsWith(`${other}${sep}`)),
    );
    if (around < 0) continue;
    const message = `--workflows: "${folders[index]}" is within "${folders[around]}"; name folders beside each other`;
    throw tauError('CONFIG_INVALID', message);
  }
}

/** The configuration as it may be printed. */
export function printableConfig({ token, ...config }: ServiceConfig): JsonObject {
  return { ...config, token: token === undefined ? 'none' : 'set' };
}

function defaultFolder({ XDG_STATE_HOME, HOME }: ServiceEnvironment): string {
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'tau', 'local');
  if (HOME) return join(HOME, '.tau', 'local');
  throw tauError('CONFIG_INVALID', '--data: there is no home folder to keep the journal in; name a folder');
}

/** One process holds a data folder at a time, so the folder names the instance: the same one after a restart. */
function defaultInstance(data: string): string {
  return `local-${createHash('sha256').update(`${hostname()}\n${data}`).digest('hex').slice(0, 12)}`;
}
