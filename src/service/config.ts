import { JOURNAL_LIMITS, type JsonObject, tauError } from 'tau-core';
import { KERNEL_ADDRESS_DEFAULT } from 'tau-core/client';
import { z } from 'zod';
import { RECEIVER_LIMITS } from '../receiver/limits.js';

/** What the process was told: options of its command line, as given. */
export interface ServiceOptions {
  readonly kernel?: string | undefined;
  readonly listen?: string | undefined;
  readonly apiUrl?: string | undefined;
  readonly token?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly botLogin?: string | undefined;
  readonly instance?: string | undefined;
  readonly payloadMax?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Variables that it reads. */
export interface ServiceEnvironment {
  readonly TAU_KERNEL?: string | undefined;
  readonly TAU_TOKEN?: string | undefined;
  readonly GITHUB_TOKEN?: string | undefined;
  readonly GITHUB_WEBHOOK_SECRET?: string | undefined;
  readonly GITHUB_API_URL?: string | undefined;
}

const LISTEN_DEFAULT = '127.0.0.1:7480';
const API_URL_DEFAULT = 'https://api.github.com';
/** Stable, so that the process that comes after a crash takes the place of the one that crashed. */
const INSTANCE_DEFAULT = 'tau-ext-github';

const LISTEN_PATTERN = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/;
const BYTES_PATTERN = /^(\d{1,12})(KiB|MiB)?$/i;
const UNITS: Readonly<Record<string, number>> = { '': 1, kib: 1024, mib: 1024 * 1024 };
/** Below this not even a ping fits; above, no record of the journal holds it. */
const PAYLOAD_BYTES = { min: 16 * 1024, max: JOURNAL_LIMITS.recordBytesMax } as const;

const schema = z.strictObject({
  /** Checked by the client SDK, which knows the forms. */
  kernel: z.string().min(1),
  kernelToken: z.string().min(1).optional(),
  listen: z.string().transform(addressOf),
  apiUrl: z.string().transform(apiUrlOf),
  token: z.string().min(1),
  webhookSecret: z.string().min(1),
  botLogin: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$/, 'give a login, or the slug of a GitHub App')
    .optional(),
  instance: z.string().regex(/^[A-Za-z0-9._:@-]{1,100}$/, 'use 1 to 100 of A-Z a-z 0-9 . _ : @ -'),
  payloadMax: z.string().transform(bytesOf),
  json: z.boolean(),
});

/** Everything that the process was configured with. */
export type ServiceConfig = Readonly<z.infer<typeof schema>>;

const OPTION_NAMES: Readonly<Record<string, string>> = {
  kernelToken: 'TAU_TOKEN',
  apiUrl: '--api-url',
  webhookSecret: '--webhook-secret',
  botLogin: '--bot-login',
  payloadMax: '--payload-max',
};

/**
 * Reads the configuration, in one place: an option wins over a variable, a variable over the default.
 *
 * @throws TauError TOKEN_MISSING when the token or the secret is not there, CONFIG_INVALID naming the option.
 */
export function readConfig(options: ServiceOptions, env: ServiceEnvironment): ServiceConfig {
  const token = options.token ?? env.GITHUB_TOKEN;
  const webhookSecret = options.webhookSecret ?? env.GITHUB_WEBHOOK_SECRET;
  if (!token) {
    const next = 'set GITHUB_TOKEN to a token that may write issues (github.com/settings/personal-access-tokens)';
    throw tauError('TOKEN_MISSING', `there is no token for GitHub: ${next}`);
  }
  if (!webhookSecret) {
    const next = "set GITHUB_WEBHOOK_SECRET to the secret in the webhook's settings";
    throw tauError('TOKEN_MISSING', `there is no secret to check deliveries with: ${next}`);
  }
  const result = schema.safeParse({
    kernel: options.kernel ?? env.TAU_KERNEL ?? KERNEL_ADDRESS_DEFAULT,
    kernelToken: env.TAU_TOKEN,
    listen: options.listen ?? LISTEN_DEFAULT,
    apiUrl: options.apiUrl ?? env.GITHUB_API_URL ?? API_URL_DEFAULT,
    token,
    webhookSecret,
    botLogin: options.botLogin,
    instance: options.instance ?? INSTANCE_DEFAULT,
    payloadMax: options.payloadMax ?? String(RECEIVER_LIMITS.payloadBytesMax),
    json: options.json ?? false,
  });
  if (result.success) return Object.freeze(result.data);
  const [issue] = result.error.issues;
  const member = String(issue?.path[0]);
  const message = `${OPTION_NAMES[member] ?? `--${member}`}: ${issue?.message}; see tau-ext-github --help`;
  throw tauError('CONFIG_INVALID', message);
}

/** The configuration as it may be printed. */
export function printableConfig(config: ServiceConfig): JsonObject {
  return {
    ...config,
    kernelToken: config.kernelToken === undefined ? 'none' : 'set',
    token: 'set',
    webhookSecret: 'set',
  };
}

function addressOf(text: string, context: z.RefinementCtx): { readonly host: string; readonly port: number } {
  const match = LISTEN_PATTERN.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host !== undefined && port <= 65_535) return { host, port };
  context.addIssue({ code: 'custom', message: 'write it as host:port, such as 127.0.0.1:7480' });
  return z.NEVER;
}

function apiUrlOf(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url !== undefined && isHttp && url.username === '' && url.search === '' && url.hash === '') {
    return url.href.replace(/\/+$/, '');
  }
  const message = 'write it as https://api.github.com, or as https://<host>/api/v3 for GitHub Enterprise Server';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function bytesOf(text: string, context: z.RefinementCtx): number {
  const match = BYTES_PATTERN.exec(text);
  const bytes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN);
  if (bytes >= PAYLOAD_BYTES.min && bytes <= PAYLOAD_BYTES.max) return bytes;
  context.addIssue({ code: 'custom', message: 'give bytes, KiB or MiB, from 16KiB to 4MiB' });
  return z.NEVER;
}
