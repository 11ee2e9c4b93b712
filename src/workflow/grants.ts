import type { Permissions } from './definition.js';
import { levelIn, type PermissionLevel } from './permissions.js';

const RANK: Readonly<Record<PermissionLevel, number>> = { none: 0, read: 1, write: 2 };

/** Permissions as far as a bound allows them; without any of their own, the bound. Undefined sets no bound. */
export function boundedBy(wanted: Permissions | undefined, bound: Permissions | undefined): Permissions | undefined {
  if (wanted === undefined || bound === undefined) return wanted ?? bound;
  const levels = Object.entries(wanted).map(([scope, level]) => {
    const most = levelIn(bound, scope);
    return [scope, RANK[level] > RANK[most] ? most : level] as const;
  });
  return Object.fromEntries(levels);
}
