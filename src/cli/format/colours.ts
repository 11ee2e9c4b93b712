import picocolors from 'picocolors';

/** Colours as functions from text to text; without colour they give the text back. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** What decides about colours. */
export interface ColourEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/**
 * Colours for a stream: only on a terminal that can show them, and not when NO_COLOR has any value.
 *
 * @see https://no-color.org
 */
export function coloursFor(isTerminal: boolean, { NO_COLOR, TERM }: ColourEnvironment): Colours {
  return picocolors.createColors(isTerminal && !NO_COLOR && TERM !== 'dumb');
}
