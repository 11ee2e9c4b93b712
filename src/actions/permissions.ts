import { tauError } from 'tau-core';
import type { WorkContext } from 'tau-core/extension';

/** As at GitHub: issues and pull requests are changed through the same calls, and a grant for either will do. */
const SCOPES = ['issues', 'pull-requests'] as const;

/**
 * Checks the `permissions` of the job that calls: without any there is no bound.
 *
 * @throws TauError DENIED naming what to write.
 */
export function requirePermission(action: string, { grants }: Pick<WorkContext, 'grants'>): void {
  if (grants === undefined || SCOPES.some((scope) => grants[scope] === 'write')) return;
  const needed = SCOPES.map((scope) => `${scope}: write`).join(' or ');
  throw tauError('DENIED', `${action} needs ${needed}; add it to the permissions of the job or its workflow`);
}
