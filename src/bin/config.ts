import { tauError } from 'tau-core';
import { z } from 'zod';

/** Longest lease and grace that make sense; beyond, a typing error is likelier than a wish. */
const MINUTES_10 = 600_000;

const milliseconds = (min: number, max: number) =>
  z.coerce
    .number('use a whole number of milliseconds')
    .int('use a whole number of milliseconds')
    .min(min, `use ${min} at least`)
    .max(max, `use ${max} at most`);

const ConfigSchema = z.object({
  listen: z.string().min(1),
  token: z.string().min(8, 'a token has at least 8 characters').optional(),
  volatile: z.boolean(),
  leaseTtlMs: milliseconds(100, MINUTES_10),
  providerWaitMs: milliseconds(0, MINUTES_10 * 6),
  drainGraceMs: milliseconds(0, MINUTES_10),
  json: z.boolean(),
});

/** All that the process reads from its command line and its environment; read once, and frozen. */
export type KernelConfig = Readonly<z.infer<typeof ConfigSchema>>;

/** @throws TauError CONFIG_INVALID naming each option that is wrong. */
export function kernelConfig(options: object): KernelConfig {
  const parsed = ConfigSchema.safeParse(options);
  if (parsed.success) return Object.freeze(parsed.data);
  const wrong = parsed.error.issues
    .map((issue) => `--${kebab(String(issue.path[0] ?? ''))}: ${issue.message}`)
    .join('; ');
  throw tauError('CONFIG_INVALID', `${wrong}; see "tau-kernel --help"`);
}

/** The configuration as it may be printed. */
export function redacted(config: KernelConfig): object {
  return { ...config, ...(config.token !== undefined && { token: '(set)' }) };
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/-ms$/, '');
}
