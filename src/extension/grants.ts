import { tauError } from '../vocabulary/tau-error.js';

/** How far a grant goes. */
export type GrantLevel = 'read' | 'write' | 'none';

/** What work may do, or a capability needs, by scope: `{ issues: 'write' }`. */
export interface Grants {
  readonly [scope: string]: GrantLevel;
}

const RANK: { readonly [Level in GrantLevel]: number } = { none: 0, read: 1, write: 2 };

/**
 * Compares what a capability needs with what its work was granted. Work without grants has no bound.
 *
 * @throws TauError DENIED naming what is not granted.
 */
export function requireGrants(capability: string, needed: Grants | undefined, granted: Grants | undefined): void {
  if (needed === undefined || granted === undefined) return;
  const lacking = Object.entries(needed).filter(
    ([scope, level]) => RANK[level] > (RANK[granted[scope] ?? 'none'] ?? 0),
  );
  if (lacking.length === 0) return;
  const text = lacking.map(([scope, level]) => `${scope}: ${level}`).join(', ');
  throw tauError('DENIED', `${capability} needs ${text}, which its caller was not granted; add it to its permissions`);
}
