import type { Journal } from '../ports/journal.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { Capability } from './capability.js';

/** What an extension is: a name, what it offers, and, if it keeps one, its journal. */
export interface ExtensionOptions {
  /** e.g. `tau-ext-github`. */
  readonly name: string;
  readonly version: string;
  readonly capabilities: readonly Capability[];
  /** Offered as the capability `journal:journal`, over a stream of its own. */
  readonly journal?: Journal;
}

/** An extension that `connectExtension` can attach. */
export interface Extension extends ExtensionOptions {
  /** The capability of that full name, e.g. `action:github/comment@v1`. */
  find(fullName: string): Capability | undefined;
}

const NAME_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/**
 * Defines an extension. Nothing happens before `connectExtension`.
 *
 * @example
 * ```ts
 * import { action, defineExtension } from 'tau-core/extension';
 * import { z } from 'zod';
 *
 * export const greeter = defineExtension({
 *   name: 'greeter',
 *   version: '1.0.0',
 *   capabilities: [
 *     action(
 *       'greeter/greet@v1',
 *       { description: 'Greets by name', input: z.object({ name: z.string() }) },
 *       async ({ name }, { signal }) => {
 *         signal.throwIfAborted();
 *         return { greeting: `hello, ${name}` };
 *       },
 *     ),
 *   ],
 * });
 * ```
 *
 * @throws TauError INVALID_ARGUMENT when it has no proper name, offers nothing, or offers one name twice.
 */
export function defineExtension(options: ExtensionOptions): Extension {
  if (!NAME_PATTERN.test(options.name)) {
    throw tauError('INVALID_ARGUMENT', `"${options.name}" is no extension name: use 1 to 64 of a-z 0-9 . _ -`);
  }
  const byName = new Map<string, Capability>();
  for (const offered of options.capabilities) {
    const fullName = `${offered.kind}:${offered.name}`;
    if (byName.has(fullName)) throw tauError('INVALID_ARGUMENT', `${options.name} offers ${fullName} twice`);
    byName.set(fullName, offered);
  }
  if (byName.size === 0 && options.journal === undefined) {
    throw tauError('INVALID_ARGUMENT', `${options.name} offers nothing: give it a capability or a journal`);
  }
  return { ...options, find: (fullName) => byName.get(fullName) };
}
