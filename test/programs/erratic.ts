import {
  type CallId,
  type CallPolicy,
  HOST_CAPABILITIES,
  type Instant,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
} from 'tau-core';

export interface Temper {
  readonly seed: number;
}

export interface ErraticState {
  readonly turn: number;
  readonly made: number;
  readonly open: readonly string[];
  readonly until: number | null;
  /** Locks that it claims; true once it was told that it holds them. */
  readonly locks: { readonly [lockId: string]: boolean };
}

/**
 * A program that does anything a program may do, in an order that its seed and its past decide: calls with and without
 * retries and timeouts, questions, giving calls up, locks of all kinds, waiting, ending with calls open, throwing. For
 * property tests. It throws as well when it is told what cannot be: of a call that is not open, of a lock that it does not claim.
 */
export const erraticLanguage: ProgramLanguage<Temper, ErraticState, ErraticState> = {
  program: {
    kind: 'erratic',
    takesMessages: true,
    takesEdits: true,
    initial: () => ({ turn: 0, made: 0, open: [], until: null, locks: {} }),
    decide,
    evolve: (_temper, _state, event) => event,
    nextDeadline: (_temper, state) => (state.until === null ? undefined : (state.until as Instant)),
    migrate: (_from, to, state) =>
      to.seed % 2 === 0 ? { ok: true, state } : { ok: false, reasons: [`seed ${to.seed} is odd`] },
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Temper }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_temper, input) => ({ ok: true, definition: input }),
};

const POLICIES: readonly CallPolicy[] = [
  { bulkhead: { key: 'b', max: 1 } },
  { bulkhead: { key: 'b', max: 2, waitingMax: 1 } },
  { rate: { key: 'r', max: 2, perMs: 300 } },
  { rate: { key: 'r', max: 2, perMs: 300 }, bulkhead: { key: 'c', max: 1 } },
  { breaker: { key: 'x', failuresMax: 2, openMs: 400 } },
];

function decide(temper: Temper, state: ErraticState, input: ProgramInput, now: Instant) {
  const draw = drawsOf(`${temper.seed} ${state.turn} ${input.type}`);
  const effects: ProgramEffect[] = [];
  let { made, until } = state;
  if (input.type === 'callSettled' && !state.open.includes(input.callId))
    throw new Error(`told of ${input.callId}, which is not open`);
  let open = input.type === 'callSettled' ? state.open.filter((id) => id !== input.callId) : [...state.open];
  if (input.type === 'deadline') until = null;
  let locks = locksAfter(state, input);
  if (draw(40) === 0) throw new Error('a bad day');

  const givenUp = open[draw(4)];
  if (givenUp !== undefined && draw(3) === 0) {
    effects.push({ type: 'cancelCall', callId: givenUp as CallId, reason: 'changed my mind' });
    open = open.filter((id) => id !== givenUp);
  }
  for (let count = draw(3); count > 0 && made < 30; count -= 1) {
    made += 1;
    open = [...open, `c${made}`];
    effects.push({
      type: 'call',
      callId: `c${made}` as CallId,
      capability: draw(8) === 0 ? HOST_CAPABILITIES.ask : `action:${['a', 'b', 'c'][draw(3)]}@v1`,
      input: { n: made, question: 'which?' },
      ...(draw(2) === 0 && { timeoutMs: 1 + draw(5_000) }),
      ...(draw(2) === 0 && {
        retry: { attemptsMax: 1 + draw(4), firstDelayMs: draw(300), factor: 2, delayMaxMs: 1_000 },
      }),
      ...(draw(4) === 0 && { stickyKey: `k${draw(2)}` }),
      ...(draw(3) === 0 && { policy: POLICIES[draw(POLICIES.length)] ?? {} }),
    });
  }
  for (const lockId of Object.keys(locks)) {
    if (draw(3) !== 0) continue;
    effects.push({ type: 'release', lockId: lockId as CallId });
    locks = Object.fromEntries(Object.entries(locks).filter(([id]) => id !== lockId));
  }
  if (draw(3) === 0 && made < 30) {
    made += 1;
    locks = { ...locks, [`l${made}`]: false };
    effects.push({
      type: 'acquire',
      lockId: `l${made}` as CallId,
      key: `k${draw(3)}`,
      slots: 1 + draw(2),
      waiting: draw(3) === 0 ? 'replace' : 'queue',
      preempt: draw(6) === 0,
      priority: draw(10),
    });
  }
  if (draw(4) === 0) until = now + draw(2_000);
  if (draw(12) === 0) effects.push({ type: 'finish', outcome: { kind: 'ok', output: made } });
  return { events: [{ turn: state.turn + 1, made, open, until, locks }], effects };
}

function locksAfter({ locks }: ErraticState, input: ProgramInput): ErraticState['locks'] {
  if (input.type !== 'lockGranted' && input.type !== 'lockRevoked') return locks;
  const known = locks[input.lockId];
  if (known === undefined || (input.type === 'lockGranted' && known))
    throw new Error(`told of ${input.lockId}: ${input.type}, which cannot be`);
  if (input.type === 'lockGranted') return { ...locks, [input.lockId]: true };
  return Object.fromEntries(Object.entries(locks).filter(([id]) => id !== input.lockId));
}

/** Numbers below a bound, decided by a text: xorshift32 over its FNV-1a hash. */
function drawsOf(text: string): (below: number) => number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (below) => {
    hash ^= hash << 13;
    hash ^= hash >>> 17;
    hash ^= hash << 5;
    return (hash >>> 0) % below;
  };
}
