import { type Parsed, tauError } from 'tau-core';

/**
 * A definition that was read.
 *
 * @throws TauError DEFINITION_REFUSED with all that is wrong with it; `details.diagnostics` has it as data.
 */
export function accepted<Definition>(parsed: Parsed<Definition>, what: string): Definition {
  if (parsed.ok) return parsed.definition;
  const lines = parsed.diagnostics.map(({ message }) => message);
  throw tauError('DEFINITION_REFUSED', `${what} is refused:\n${lines.join('\n')}`, {
    details: { diagnostics: parsed.diagnostics.map((diagnostic) => ({ ...diagnostic })) },
  });
}
