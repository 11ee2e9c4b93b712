import type { Permissions } from './definition.js';
import { SYNTAX_TABLE } from './syntax-table.js';

export type PermissionLevel = Permissions[string];

/** All scopes of `permissions`. */
export const PERMISSION_SCOPES: readonly string[] = Object.keys(SYNTAX_TABLE.permissions);

const RANK: Readonly<Record<PermissionLevel, number>> = { none: 0, read: 1, write: 2 };

/** Scopes that have fewer levels than the others, as at GitHub. */
const LEVELS: Readonly<Record<string, readonly PermissionLevel[]>> = {
  'copilot-requests': ['write', 'none'],
  'id-token': ['write', 'none'],
  models: ['read', 'none'],
  'vulnerability-alerts': ['read', 'none'],
};

const ALL_LEVELS: readonly PermissionLevel[] = ['read', 'write', 'none'];

/** The levels that a scope has. */
export function levelsOf(scope: string): readonly PermissionLevel[] {
  return LEVELS[scope] ?? ALL_LEVELS;
}

/** What `read-all` and `write-all` stand for: every scope at that level, or at the nearest below that it has. */
export function allAt(level: 'read' | 'write'): Permissions {
  const below = level === 'write' ? (['write', 'read', 'none'] as const) : (['read', 'none'] as const);
  return Object.fromEntries(
    PERMISSION_SCOPES.map((scope) => [scope, below.find((one) => levelsOf(scope).includes(one)) ?? 'none']),
  );
}

/** The scopes in which permissions go beyond a bound, each as `scope: level`. */
export function beyond(wanted: Permissions, bound: Permissions): readonly string[] {
  return Object.entries(wanted)
    .filter(([scope, level]) => RANK[level] > RANK[levelIn(bound, scope)])
    .map(([scope, level]) => `${scope}: ${level}`);
}

/** Scopes that are not named have none. */
export function levelIn(permissions: Permissions, scope: string): PermissionLevel {
  return (Object.hasOwn(permissions, scope) ? permissions[scope] : undefined) ?? 'none';
}
