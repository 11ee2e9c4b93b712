import type { LockClaim } from './lock-table.js';
import { SharedRecord } from './shared-record.js';

/** How many claims of each priority and fairness key wait, by the list that they wait in. Lists never change. */
const counts = new WeakMap<readonly LockClaim[], SharedRecord<number>>();

/** How many wait in a list with the same priority and fairness key. A list that is not known is read through once. */
export function turnsOf(waiting: readonly LockClaim[], claim: LockClaim): number {
  return countsOf(waiting).get(turnKey(claim)) ?? 0;
}

/** A list that was made from another by adding (1) or taking out (-1) some claims: what is known of the other is so of this one. */
export function derived(
  list: readonly LockClaim[],
  {
    from,
    by,
    claims,
  }: { readonly from: readonly LockClaim[]; readonly by: 1 | -1; readonly claims: readonly LockClaim[] },
): readonly LockClaim[] {
  let record = countsOf(from);
  for (const claim of claims) {
    const count = (record.get(turnKey(claim)) ?? 0) + by;
    record = record.with(turnKey(claim), count === 0 ? undefined : count);
  }
  counts.set(list, record);
  return list;
}

function countsOf(waiting: readonly LockClaim[]): SharedRecord<number> {
  const known = counts.get(waiting);
  if (known !== undefined) return known;
  const found = new Map<string, number>();
  for (const claim of waiting) found.set(turnKey(claim), (found.get(turnKey(claim)) ?? 0) + 1);
  const record = SharedRecord.of(found);
  counts.set(waiting, record);
  return record;
}

function turnKey({ priority, fairnessKey }: LockClaim): string {
  return `${priority} ${fairnessKey}`;
}
