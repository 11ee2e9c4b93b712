import { type CallPolicy, errorData, type Instant, instant, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { CallGate, type GateRelease, type GateVerdict } from './call-gate.js';
import { GATE_WAITING_MAX } from './gate-limits.js';

const OK: Outcome = { kind: 'ok', output: null };
const FAILED: Outcome = { kind: 'failed', error: errorData('STEP_FAILED', 'no') };
const at = (ms: number): Instant => instant(1_000_000 + ms);

function said({ kind, ...more }: GateVerdict): string {
  if (!('error' in more)) return kind;
  return `${more.error.id} ${more.error.message}`;
}

function told(releases: readonly GateRelease[]): readonly string[] {
  return releases.map(({ ticket, verdict }) => `${ticket} ${said(verdict)}`);
}

/** Offers the tickets one after another, and gives the verdicts. */
function offered(gate: CallGate, tickets: string, policy: CallPolicy, now = at(0)): readonly string[] {
  return tickets.split(' ').map((ticket) => said(gate.offer(ticket, policy, now)));
}

describe('rate', () => {
  const rate: CallPolicy = { rate: { key: 'api', max: 2, perMs: 100 } };

  test('lets calls begin as earlier ones leave the window, in the order of their arrival', () => {
    const gate = new CallGate();
    expect(offered(gate, 'a b c d e', rate)).toEqual(['go', 'go', 'wait', 'wait', 'wait']);
    expect(gate.nextDeadline()).toBe(at(100));
    expect(gate.due(at(99))).toEqual([]);
    expect(told(gate.due(at(100)))).toEqual(['c go', 'd go']);
    expect(gate.nextDeadline()).toBe(at(200));
    expect(told(gate.due(at(200)))).toEqual(['e go']);
    expect(gate.nextDeadline()).toBeUndefined();
  });

  test('does not free a place when a call ends', () => {
    const gate = new CallGate();
    offered(gate, 'a b c', rate);
    expect(gate.settled('a', OK, at(1))).toEqual([]);
    expect(gate.nextDeadline()).toBe(at(100));
  });

  test('lets nobody overtake one whose time has come, while its host has not looked yet', () => {
    const gate = new CallGate();
    offered(gate, 'a b c', rate);
    expect(offered(gate, 'd', rate, at(150))).toEqual(['wait']);
    expect(gate.nextDeadline()).toBe(at(150));
    expect(told(gate.due(at(150)))).toEqual(['c go', 'd go']);
  });

  test('goes by the numbers of the latest offer, for those that wait too', () => {
    const gate = new CallGate();
    expect(offered(gate, 'a b c d', rate)).toEqual(['go', 'go', 'wait', 'wait']);
    expect(offered(gate, 'e', { rate: { key: 'api', max: 4, perMs: 100 } })).toEqual(['wait']);
    expect(gate.nextDeadline()).toBe(at(0));
    expect(told(gate.due(at(0)))).toEqual(['c go', 'd go']);
    expect(gate.nextDeadline()).toBe(at(100));
  });

  test('is not blocked by a clock that was put back', () => {
    const gate = new CallGate();
    offered(gate, 'a b', rate, at(3_600_000));
    expect(offered(gate, 'c', rate, at(0))).toEqual(['wait']);
    expect(told(gate.due(at(101)))).toEqual(['c go']);
  });

  test('refuses what would wait behind too many', () => {
    const gate = new CallGate();
    offered(gate, 'a b', rate);
    for (let count = 0; count < GATE_WAITING_MAX; count++) gate.offer(`w${count}`, rate, at(0));
    expect(offered(gate, 'c', rate)).toEqual([
      'TAU-1008 10000 calls wait already for the rate "api": try later, or raise what it lets through',
    ]);
    expect(gate.size.waiting).toBe(GATE_WAITING_MAX);
  });
});

describe('bulkhead', () => {
  const bulkhead: CallPolicy = { bulkhead: { key: 'db', max: 1, waitingMax: 2 } };

  test('lets the next go when one ends, and bounds how many wait', () => {
    const gate = new CallGate();
    expect(offered(gate, 'a b c d', bulkhead)).toEqual([
      'go',
      'wait',
      'wait',
      'TAU-1008 2 calls wait already for the bulkhead "db": try later, or raise what it lets through',
    ]);
    expect(gate.nextDeadline()).toBeUndefined();
    expect(told(gate.settled('a', FAILED, at(1)))).toEqual(['b go']);
    expect(told(gate.withdrawn('b', at(2)))).toEqual(['c go']);
    expect(told(gate.settled('c', OK, at(3)))).toEqual([]);
    expect(offered(gate, 'd', bulkhead, at(3))).toEqual(['go']);
  });

  test('takes back one that waits', () => {
    const gate = new CallGate();
    offered(gate, 'a b c', bulkhead);
    expect(gate.withdrawn('b', at(1))).toEqual([]);
    expect(told(gate.settled('a', OK, at(2)))).toEqual(['c go']);
  });

  test('knows tickets again, and ignores those it does not know', () => {
    const gate = new CallGate();
    expect(offered(gate, 'a b a b', bulkhead)).toEqual(['go', 'wait', 'go', 'wait']);
    expect(gate.settled('x', FAILED, at(1))).toEqual([]);
    expect(gate.withdrawn('x', at(1))).toEqual([]);
    expect(told(gate.settled('a', OK, at(2)))).toEqual(['b go']);
    expect(gate.settled('a', OK, at(2))).toEqual([]);
    expect(gate.size).toMatchObject({ waiting: 0, inFlight: 1 });
  });
});

describe('breaker', () => {
  const breaker: CallPolicy = { breaker: { key: 'x', failuresMax: 2, openMs: 100 } };
  const open = (ms: number): string =>
    `TAU-3009 the circuit "x" is open after failures in a row: a call may try again in ${ms} ms`;
  const probing = 'TAU-3009 the circuit "x" is open: one call tries whether it can close';

  function opened(): CallGate {
    const gate = new CallGate();
    offered(gate, 'a b', breaker);
    gate.settled('a', FAILED, at(0));
    gate.settled('b', { kind: 'unknown', error: errorData('WORK_LOST', 'gone') }, at(0));
    return gate;
  }

  test('opens after failures in a row, and tells how long', () => {
    const gate = opened();
    const verdict = gate.offer('c', breaker, at(40));
    expect(said(verdict)).toBe(open(60));
    expect(verdict).toMatchObject({ error: { retryable: true, retryAfterMs: 60 } });
  });

  test('counts in a row: a success starts anew, and cancelling says nothing', () => {
    const gate = new CallGate();
    const outcomes: readonly Outcome[] = [FAILED, OK, FAILED, { kind: 'cancelled', reason: 'x' }];
    for (const [index, outcome] of outcomes.entries()) {
      expect(offered(gate, `t${index}`, breaker)).toEqual(['go']);
      gate.settled(`t${index}`, outcome, at(0));
    }
    expect(offered(gate, 'e', breaker)).toEqual(['go']);
    gate.settled('e', FAILED, at(0));
    expect(offered(gate, 'f', breaker)).toEqual([open(100)]);
  });

  test('lets one try when its time is over: success closes it', () => {
    const gate = opened();
    expect(offered(gate, 'c d', breaker, at(100))).toEqual(['go', probing]);
    gate.settled('c', OK, at(110));
    expect(offered(gate, 'e f', breaker, at(110))).toEqual(['go', 'go']);
    gate.settled('e', FAILED, at(110));
    expect(offered(gate, 'g', breaker, at(110))).toEqual(['go']);
  });

  test('failure of the one that tries opens it again, and giving it up lets another try', () => {
    const gate = opened();
    expect(offered(gate, 'c', breaker, at(100))).toEqual(['go']);
    gate.withdrawn('c', at(100));
    expect(offered(gate, 'd', breaker, at(100))).toEqual(['go']);
    gate.settled('d', FAILED, at(120));
    expect(offered(gate, 'e', breaker, at(130))).toEqual([open(90)]);
  });

  test('hears nothing from calls that began before it changed', () => {
    const gate = new CallGate();
    offered(gate, 'a b late late2 late3', breaker);
    gate.settled('a', FAILED, at(0));
    gate.settled('b', FAILED, at(0));
    gate.settled('late', OK, at(10));
    expect(offered(gate, 'c', breaker, at(10))).toEqual([open(90)]);
    expect(offered(gate, 'd', breaker, at(100))).toEqual(['go']);
    gate.settled('late2', FAILED, at(100));
    gate.settled('late3', FAILED, at(100));
    expect(offered(gate, 'x', breaker, at(100))).toEqual([probing]);
    gate.settled('d', OK, at(101));
    expect(offered(gate, 'e', breaker, at(101))).toEqual(['go']);
  });

  test('is not counted by what the gate itself refuses', () => {
    const gate = new CallGate();
    const both: CallPolicy = { ...breaker, bulkhead: { key: 'b', max: 1, waitingMax: 0 } };
    offered(gate, 'a b c d', both);
    expect(gate.settled('b', FAILED, at(0))).toEqual([]);
    gate.settled('a', OK, at(0));
    expect(offered(gate, 'e', both)).toEqual(['go']);
  });

  test('has those who wait behind it refused at once when it opens, or when one tries', () => {
    const both: CallPolicy = { ...breaker, bulkhead: { key: 'b', max: 2 } };
    const gate = new CallGate();
    expect(offered(gate, 'a b c d', both)).toEqual(['go', 'go', 'wait', 'wait']);
    expect(told(gate.settled('a', FAILED, at(0)))).toEqual(['c go']);
    expect(told(gate.settled('b', FAILED, at(0)))).toEqual([`d ${open(100)}`]);
    // Half open: one waits for its place, another needs none and is the one that tries.
    gate.settled('c', OK, at(0));
    offered(gate, 'x y', { bulkhead: { key: 'b', max: 2 } }, at(100));
    expect(offered(gate, 'e', both, at(100))).toEqual(['wait']);
    expect(offered(gate, 'f', breaker, at(100))).toEqual(['go']);
    expect(gate.nextDeadline()).toBe(at(100));
    expect(told(gate.due(at(100)))).toEqual([`e ${probing}`]);
  });
});

describe('limits together', () => {
  const rate = { key: 'r', max: 1, perMs: 100 };
  const bulkhead = { key: 'b', max: 1 };

  test('a full bulkhead lets others pass at the rate', () => {
    const gate = new CallGate();
    expect(offered(gate, 'holder', { bulkhead })).toEqual(['go']);
    expect(offered(gate, 'both', { rate, bulkhead })).toEqual(['wait']);
    expect(offered(gate, 'fast', { rate })).toEqual(['go']);
  });

  test('one that waits for the rate only keeps its place in the bulkhead', () => {
    const gate = new CallGate();
    offered(gate, 'fast', { rate });
    offered(gate, 'holder', { bulkhead });
    expect(offered(gate, 'both', { rate, bulkhead })).toEqual(['wait']);
    expect(offered(gate, 'plain', { bulkhead })).toEqual(['wait']);
    expect(gate.settled('holder', OK, at(10))).toEqual([]);
    expect(gate.nextDeadline()).toBe(at(100));
    expect(told(gate.due(at(100)))).toEqual(['both go']);
    expect(told(gate.settled('both', OK, at(110)))).toEqual(['plain go']);
  });

  test('a kept place is kept from those too whose own rate lets them go first', () => {
    const gate = new CallGate();
    const quick = { key: 'q', max: 1, perMs: 50 };
    offered(gate, 'fast', { rate });
    offered(gate, 'faster', { rate: quick });
    expect(offered(gate, 'both', { rate, bulkhead })).toEqual(['wait']);
    expect(offered(gate, 'later', { rate: quick, bulkhead })).toEqual(['wait']);
    expect(offered(gate, 'quick', { rate: quick })).toEqual(['wait']);
    expect(told(gate.due(at(50)))).toEqual(['quick go']);
    expect(told(gate.due(at(100)))).toEqual(['both go']);
    expect(told(gate.settled('both', OK, at(110)))).toEqual(['later go']);
  });

  test('new numbers count for those that wait, even where the call that brought them is refused', () => {
    const gate = new CallGate();
    const breaker = { key: 'x', failuresMax: 1, openMs: 100 };
    offered(gate, 'bad', { breaker });
    gate.settled('bad', FAILED, at(0));
    expect(offered(gate, 'a b', { bulkhead })).toEqual(['go', 'wait']);
    expect(gate.offer('c', { bulkhead: { ...bulkhead, max: 2 }, breaker }, at(1)).kind).toBe('refused');
    expect(gate.nextDeadline()).toBe(at(1));
    expect(told(gate.due(at(1)))).toEqual(['b go']);
  });

  test('a place that was kept is there for others when its ticket is withdrawn', () => {
    const gate = new CallGate();
    offered(gate, 'fast', { rate });
    offered(gate, 'both', { rate, bulkhead });
    expect(offered(gate, 'plain', { bulkhead })).toEqual(['wait']);
    expect(told(gate.withdrawn('both', at(10)))).toEqual(['plain go']);
    expect(gate.nextDeadline()).toBeUndefined();
  });

  test('none at all lets everything go, and remembers nothing', () => {
    const gate = new CallGate();
    expect(offered(gate, 'a b', {})).toEqual(['go', 'go']);
    expect(gate.size).toEqual({ waiting: 0, inFlight: 0, keys: 0 });
  });
});

test('keys that nobody uses are forgotten', () => {
  const gate = new CallGate();
  for (let count = 0; count < 5_000; count++) {
    const key = `k${count}`;
    const policy = {
      rate: { key, max: 5, perMs: 10 },
      bulkhead: { key, max: 5 },
      breaker: { key, failuresMax: 5, openMs: 10 },
    };
    gate.offer(key, policy, at(count));
    gate.settled(key, OK, at(count));
    expect(gate.size.keys).toBeLessThanOrEqual(50);
  }
});

test('a circuit stays open for no longer than it was to be when the clock is put back', () => {
  const gate = new CallGate();
  const breaker: CallPolicy = { breaker: { key: 'api', failuresMax: 1, openMs: 100 } };
  gate.offer('a', breaker, at(10_000));
  gate.settled('a', FAILED, at(10_000));
  expect(said(gate.offer('b', breaker, at(0)))).toContain('may try again in 100 ms');
  expect(said(gate.offer('c', breaker, at(99)))).toContain('may try again in 1 ms');
  expect(said(gate.offer('d', breaker, at(100)))).toBe('go');
});
