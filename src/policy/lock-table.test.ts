import fc from 'fast-check';
import { callId, canonicalJson, type Json } from 'tau-core';
import { describe, expect, test } from 'vitest';
import {
  claimLock,
  claimOf,
  type LockChange,
  type LockClaim,
  type LockTable,
  lockStanding,
  NO_LOCKS,
  releaseLock,
  releaseLocksOf,
} from './lock-table.js';

function claim(runId: string, more: Partial<LockClaim> = {}): LockClaim {
  return {
    runId,
    lockId: callId('l'),
    key: 'k',
    slots: 1,
    waiting: 'queue',
    preempt: false,
    priority: 5,
    fairnessKey: runId,
    ...more,
  };
}

function claimed(...claims: readonly LockClaim[]): LockTable {
  return claims.reduce((table, next) => claimLock(table, next).table, NO_LOCKS);
}

/** Runs in the order in which they get the one slot of `k`, each giving it back at once. */
function order(table: LockTable): readonly string[] {
  const runs: string[] = [];
  let at = table;
  for (let holder = at['k']?.held[0]; holder !== undefined; holder = at['k']?.held[0]) {
    runs.push(`${holder.runId}/${holder.lockId}`);
    at = releaseLock(at, holder).table;
  }
  return runs;
}

const lock = (id: string) => ({ lockId: callId(id) });

describe('claimLock', () => {
  test('grants what fits, and makes the others wait', () => {
    const first = claimLock(NO_LOCKS, claim('a', { slots: 2 }));
    expect(first).toEqual({
      table: { k: { held: [claim('a', { slots: 2 })], waiting: [] } },
      granted: [claim('a', { slots: 2 })],
      revoked: [],
    });
    const second = claimLock(first.table, claim('b', { slots: 2 }));
    expect(second.granted).toHaveLength(1);
    const third = claimLock(second.table, claim('c', { slots: 2 }));
    expect(third.granted).toEqual([]);
    expect(lockStanding(third.table, claim('b'))).toBe('held');
    expect(lockStanding(third.table, claim('c'))).toBe('waiting');
    expect(lockStanding(third.table, claim('d'))).toBeUndefined();
  });

  test('is idempotent, under whatever key the id was claimed', () => {
    const table = claimed(claim('a'), claim('b'));
    for (const again of [claim('a'), claim('b'), claim('b', { preempt: true }), claim('a', { key: 'other' })]) {
      expect(claimLock(table, again)).toEqual({ table, granted: [], revoked: [] });
    }
  });

  test('goes by the narrowest of those that hold it, and lets nobody overtake a narrow claim', () => {
    const table = claimed(
      claim('a', { slots: 3 }),
      claim('b', { slots: 3 }),
      claim('narrow'),
      claim('c', { slots: 3 }),
    );
    expect(table['k']?.held.map(({ runId }) => runId)).toEqual(['a', 'b']);
    const alone = releaseLock(releaseLock(table, claim('a')).table, claim('b'));
    expect(alone.granted.map(({ runId }) => runId)).toEqual(['narrow']);
    expect(releaseLock(alone.table, claim('narrow')).granted.map(({ runId }) => runId)).toEqual(['c']);
  });

  test('orders by priority, then by turns of the fairness keys, then by age', () => {
    const table = claimed(
      claim('holder', lock('0')),
      claim('r', { ...lock('1'), fairnessKey: 'A' }),
      claim('r', { ...lock('2'), fairnessKey: 'A' }),
      claim('r', { ...lock('3'), fairnessKey: 'A' }),
      claim('s', { ...lock('1'), fairnessKey: 'B' }),
      claim('s', { ...lock('2'), fairnessKey: 'B' }),
      claim('t', { ...lock('1'), fairnessKey: 'C' }),
      claim('u', { ...lock('1'), fairnessKey: 'A', priority: 0 }),
      claim('v', { ...lock('1'), fairnessKey: 'A', priority: 9 }),
    );
    expect(order(table)).toEqual(['holder/0', 'u/1', 'r/1', 's/1', 't/1', 'r/2', 's/2', 'r/3', 'v/1']);
  });

  test('lets a newer claim replace those that wait, and says which lock it was', () => {
    const table = claimed(claim('a'), claim('b'));
    const change = claimLock(table, claim('c', { waiting: 'replace' }));
    expect(change.revoked).toEqual([
      {
        claim: claim('b'),
        reason: 'run c took the place in the queue of lock "k": a newer claim replaces the one that waits',
      },
    ]);
    expect(order(change.table)).toEqual(['a/l', 'c/l']);
  });

  test('preempts the longest-holding first, as many as it must', () => {
    const wide = { slots: 2 };
    const table = claimed(claim('a', wide), claim('b', wide), claim('waits', wide));
    const one = claimLock(table, claim('c', { ...wide, preempt: true }));
    expect(one.revoked).toEqual([
      { claim: claim('a', wide), reason: 'run c took lock "k": its claim preempts those who hold it' },
    ]);
    expect(one.granted.map(({ runId }) => runId)).toEqual(['c']);
    expect(order(one.table)).toEqual(['b/l', 'c/l', 'waits/l']);
    const all = claimLock(table, claim('d', { preempt: true, waiting: 'replace' }));
    expect(all.revoked.map(({ claim: { runId } }) => runId)).toEqual(['waits', 'a', 'b']);
    expect(order(all.table)).toEqual(['d/l']);
  });
});

describe('releasing', () => {
  test('changes nothing for a claim that is not there', () => {
    const table = claimed(claim('a'));
    expect(releaseLock(table, claim('b'))).toEqual({ table, granted: [], revoked: [] });
    expect(releaseLocksOf(table, 'b')).toEqual({ table, granted: [], revoked: [] });
  });

  test('of all that a run has leaves nothing of it, and goes by the names of keys', () => {
    const table = claimed(
      claim('a', { key: 'z', ...lock('1') }),
      claim('a', { key: 'b', ...lock('2') }),
      claim('a', { key: 'b', ...lock('3') }),
      claim('b', { key: 'z', ...lock('1') }),
      claim('c', { key: 'b', ...lock('1') }),
    );
    const change = releaseLocksOf(table, 'a');
    expect(change.granted.map(({ runId }) => runId)).toEqual(['c', 'b']);
    expect(releaseLocksOf(releaseLocksOf(change.table, 'b').table, 'c').table).toEqual(NO_LOCKS);
  });

  test('works for keys that every object has', () => {
    for (const key of ['constructor', '__proto__', 'toString']) {
      const { table, granted } = claimLock(NO_LOCKS, claim('a', { key }));
      expect(granted).toHaveLength(1);
      expect(claimLock(table, claim('b', { key })).granted).toEqual([]);
      const stored = JSON.parse(JSON.stringify(table)) as LockTable;
      expect(Object.keys(releaseLock(stored, claim('a', { key })).table)).toEqual([]);
    }
  });
});

describe('claimOf', () => {
  test('applies the defaults, and makes any numbers sound', () => {
    const effect = { type: 'acquire', lockId: callId('l'), key: 'k', waiting: 'queue' } as const;
    expect(claimOf('r', effect)).toEqual(claim('r'));
    expect(claimOf('r', { ...effect, slots: 0, priority: 12, fairnessKey: 'f', preempt: true })).toEqual(
      claim('r', { slots: 1, priority: 9, fairnessKey: 'f', preempt: true }),
    );
    expect(claimOf('r', { ...effect, slots: Number.NaN, priority: -1 })).toMatchObject({ slots: 1, priority: 0 });
  });
});

type Act =
  | { readonly do: 'claim'; readonly claim: LockClaim }
  | { readonly do: 'release'; readonly runId: string; readonly lockId: LockClaim['lockId'] }
  | { readonly do: 'end'; readonly runId: string };

const someRun = fc.constantFrom('r1', 'r2', 'r3', 'r4');
const someLock = fc.constantFrom('l1', 'l2', 'l3').map(callId);
const someClaim: fc.Arbitrary<LockClaim> = fc.record({
  runId: someRun,
  lockId: someLock,
  key: fc.constantFrom('k1', 'k2'),
  slots: fc.integer({ min: -1, max: 3 }),
  waiting: fc.constantFrom('queue' as const, 'queue' as const, 'replace' as const),
  preempt: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  priority: fc.integer({ min: 0, max: 2 }),
  fairnessKey: fc.constantFrom('f1', 'f2', 'f3'),
});
const someAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: someClaim.map((made): Act => ({ do: 'claim', claim: made })) },
  {
    weight: 3,
    arbitrary: fc.tuple(someRun, someLock).map(([runId, lockId]): Act => ({ do: 'release', runId, lockId })),
  },
  { weight: 1, arbitrary: someRun.map((runId): Act => ({ do: 'end', runId })) },
);

function act(table: LockTable, next: Act): LockChange {
  if (next.do === 'claim') return claimLock(table, next.claim);
  return next.do === 'end' ? releaseLocksOf(table, next.runId) : releaseLock(table, next);
}

const nameOf = ({ runId, lockId }: LockClaim): string => `${runId}/${lockId}`;

describe('whatever is claimed and released', () => {
  test('no key has more holders than slots, claims are told of once, and nothing is changed in place', () => {
    fc.assert(
      fc.property(fc.array(someAct, { maxLength: 60 }), (acts) => {
        let table = NO_LOCKS;
        const held = new Set<string>();
        for (const next of acts) {
          const before = canonicalJson(table as unknown as Json);
          const change = act(table, next);
          expect(canonicalJson(table as unknown as Json)).toBe(before);
          const gone = new Set<string>();
          if (next.do === 'release') gone.add(`${next.runId}/${next.lockId}`);
          if (next.do === 'end') for (const name of held) if (name.startsWith(`${next.runId}/`)) gone.add(name);
          for (const name of gone) held.delete(name);
          for (const { claim: lost } of change.revoked) held.delete(nameOf(lost));
          for (const got of change.granted) {
            expect(held.has(nameOf(got))).toBe(false);
            held.add(nameOf(got));
          }
          table = JSON.parse(JSON.stringify(change.table)) as LockTable;
          const inTable = Object.values(table).flatMap((entry) => entry.held);
          expect(new Set(inTable.map(nameOf))).toEqual(held);
          for (const entry of Object.values(table)) {
            const slots = Math.min(...entry.held.map((holder) => Math.max(1, holder.slots)));
            expect(entry.held.length).toBeGreaterThan(0);
            expect(entry.held.length).toBeLessThanOrEqual(slots);
          }
        }
      }),
    );
  });

  test('a table that was read from JSON goes on as the one that was written, and older tables stay what they were', () => {
    fc.assert(
      fc.property(fc.array(someAct, { maxLength: 60 }), fc.array(fc.nat(), { maxLength: 10 }), (acts, picks) => {
        const tables = [NO_LOCKS];
        const texts = [canonicalJson({})];
        for (const next of acts) {
          const table = tables.at(-1) ?? NO_LOCKS;
          const { table: live, ...told } = act(table, next);
          const { table: read, ...toldRead } = act(JSON.parse(JSON.stringify(table)) as LockTable, next);
          expect(told).toEqual(toldRead);
          tables.push(live);
          texts.push(canonicalJson(live as unknown as Json));
          expect(texts.at(-1)).toBe(canonicalJson(read as unknown as Json));
        }
        for (const pick of picks) {
          const table = tables[pick % tables.length] ?? NO_LOCKS;
          expect(canonicalJson(table as unknown as Json)).toBe(texts[pick % tables.length]);
          for (const next of acts.slice(0, 5)) {
            const fresh = act(JSON.parse(JSON.stringify(table)) as LockTable, next);
            expect(act(table, next)).toEqual(fresh);
          }
        }
      }),
    );
  });

  test('a change of one key touches the entries of no other, however many there are', () => {
    const many = claimed(...Array.from({ length: 2_000 }, (_, n) => claim(`r${n}`, { key: `k${n}` })));
    const { table } = releaseLock(many, claim('r7'));
    expect(Object.keys(table)).toHaveLength(1_999);
    expect(Object.keys(table).every((key) => table[key] === many[key])).toBe(true);
    const ended = releaseLocksOf(table, 'r8').table;
    expect(Object.keys(ended)).toHaveLength(1_998);
    expect(lockStanding(ended, claim('r8'))).toBeUndefined();
    expect(lockStanding(table, claim('r8'))).toBe('held');
  });

  test('all claims get their turn when holders give back, the first of a fairness key before the second of another', () => {
    const arrivals = fc.array(fc.record({ fairnessKey: fc.constantFrom('f1', 'f2', 'f3') }), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(arrivals, (made) => {
        const claims = made.map((more, index) => claim(`r${index}`, more));
        const served = order(claimed(...claims)).map((name) => claims.find((one) => nameOf(one) === name));
        expect(served).toHaveLength(claims.length);
        const turns = new Map<string, number>();
        let lastTurn = 0;
        for (const one of served.slice(1)) {
          const turn = (turns.get(one?.fairnessKey ?? '') ?? 0) + 1;
          turns.set(one?.fairnessKey ?? '', turn);
          expect(turn).toBeGreaterThanOrEqual(lastTurn);
          lastTurn = turn;
        }
      }),
    );
  });

  test('a claim is served after a bounded number of others, however many come meanwhile', () => {
    const keys = ['f1', 'f2', 'f3'];
    let table = claimed(claim('holder'), ...keys.map((fairnessKey) => claim(`old-${fairnessKey}`, { fairnessKey })));
    const victim = claim('victim', { fairnessKey: 'f1' });
    table = claimLock(table, victim).table;
    let served = 0;
    for (; lockStanding(table, victim) === 'waiting'; served++) {
      for (const fairnessKey of ['f1', 'f2', 'f3', `new${served}`]) {
        table = claimLock(table, claim(`late${served}-${fairnessKey}`, { fairnessKey })).table;
      }
      const holder = table['k']?.held[0];
      if (holder !== undefined) table = releaseLock(table, holder).table;
    }
    // Those of the first round, and those whose first round began before its key's turn was over.
    expect(served).toBeLessThanOrEqual(8);
  });
});
