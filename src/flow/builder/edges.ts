import type { END } from '../definition.js';

/** An edge between nodes of certain names. */
export type EdgeBetween<Name extends string> =
  | { readonly from: Name | readonly Name[]; readonly to: Name | typeof END; readonly when?: string }
  | { readonly from: Name; readonly choose: readonly { readonly when?: string; readonly to: Name | typeof END }[] }
  | { readonly from: Name; readonly each: string; readonly to: Name };

/**
 * `to` is due after `from`, or after all of several; with `when`, if that holds then: `edge('read', 'judge',
 * 'output.ok')`.
 */
export function edge<const From extends string, const To extends string>(
  from: From | readonly From[],
  to: To,
  when?: string,
): { readonly from: From | readonly From[]; readonly to: To; readonly when?: string } {
  return { from, to, ...(when !== undefined && { when }) };
}

/** The first choice that holds: `choose('judge', [{ when: 'output.ok', to: '$end' }, { to: 'write' }])`. */
export function choose<const From extends string, const To extends string>(
  from: From,
  choices: readonly { readonly when?: string; readonly to: To }[],
): { readonly from: From; readonly choose: readonly { readonly when?: string; readonly to: To }[] } {
  return { from, choose: choices };
}

/** `to` is due once for each item of the list that an expression gives: `each('list', 'output.files', 'read')`. */
export function each<const From extends string, const To extends string>(
  from: From,
  items: string,
  to: To,
): { readonly from: From; readonly each: string; readonly to: To } {
  return { from, each: items, to };
}
