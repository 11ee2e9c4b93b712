import fc from 'fast-check';
import { callId, errorData, type Instant, instant, type Outcome, runId } from 'tau-core';
import { expect, test } from 'vitest';
import type { RegionInput, RunRequest } from '../src/machines/region/inputs.js';
import { REGION_LIMITS } from '../src/machines/region/limits.js';
import { type RegionMachine, regionMachine } from '../src/machines/region/machine.js';
import { recoveryEffects } from '../src/machines/region/order-work.js';
import { type RegionImage, regionFromImage, regionImage } from '../src/machines/region/snapshot.js';
import type { RegionState, RunState } from '../src/machines/region/state.js';
import { deepFreeze } from './lab/deep-freeze.js';
import { propertyRun } from './lab/property-run.js';
import { imageText, RegionInvariants } from './lab/region-invariants.js';
import { bound, event, request } from './lab/region-lab.js';
import { testPrograms } from './programs/index.js';

/** A step of a sequence, before it is known what there is to be told: numbers pick among what the region has. */
interface Choice {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
  readonly variant: number;
  readonly elapsedMs: number;
}

// What happens often in life is here several times.
const KINDS = [
  'createSession',
  'addContext',
  'putDefinition',
  'removeDefinition',
  'publish',
  'publish',
  'startRun',
  'startRun',
  'startRun',
  'forkRun',
  'forkRun',
  'migrateRun',
  'tellLocks',
  'cancelRun',
  'pauseRun',
  'resumeRun',
  'message',
  'message',
  'answer',
  'settle',
  'settle',
  'settle',
  'settle',
  'settle',
  'lost',
  'wake',
  'wake',
] as const;

const choice: fc.Arbitrary<Choice> = fc.record({
  kind: fc.constantFrom(...KINDS),
  pick: fc.nat(1_000),
  variant: fc.nat(1_000),
  // Clocks are set back now and then.
  elapsedMs: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 400 }), weight: 9 },
    { arbitrary: fc.integer({ min: -2_000, max: 0 }), weight: 1 },
  ),
});

const OUTCOMES: readonly Outcome[] = [
  { kind: 'ok', output: { n: 1 } },
  { kind: 'ok', output: null },
  { kind: 'failed', error: errorData('QUEUE_FULL', 'busy') },
  { kind: 'failed', error: errorData('GITHUB_RATE_LIMITED', 'slow down', { retryAfterMs: 700 }) },
  { kind: 'failed', error: errorData('WORK_REFUSED', 'no') },
  { kind: 'unknown', error: errorData('WORK_LOST', 'gone') },
  { kind: 'cancelled', reason: 'stopped' },
  { kind: 'inputRequired', question: 'really?', answerSchema: { type: 'boolean' } },
];

function inputOf(state: RegionState, { kind, pick, variant }: Choice, step: number): RegionInput {
  // One name in seven is nobody's.
  const names = [...state.runs.keys()].sort().filter((candidate) => isWorthTelling(kind, state.runs.get(candidate)));
  const name = variant % 7 === 0 ? `r${pick % 40}` : (names[pick % Math.max(1, names.length)] ?? 'r0');
  const id = runId(name);
  const run = state.runs.get(name);
  const calls = [...(run?.calls.values() ?? [])].filter((open) => kind !== 'answer' || open.question !== undefined);
  const call = calls[variant % Math.max(1, calls.length)];
  const ofCall = { runId: id, callId: call?.callId ?? callId('c1') };
  // One attempt in five is another than the current one.
  const attempt = (call?.attempt ?? 1) + (variant % 5 === 0 ? (pick % 3) - 1 : 0);
  switch (kind) {
    case 'createSession':
      return { type: kind, durable: true, context: [] };
    case 'addContext':
      return { type: kind, context: [{ mediaType: 'text/plain', name: `n${pick}`, text: 'x'.repeat(variant) }] };
    case 'putDefinition':
      return { type: kind, bound: { ...erratic(pick % 3), name: `d${variant % 2}` } };
    case 'removeDefinition':
      return { type: kind, name: `d${variant % 2}` };
    case 'publish': {
      const starts = Array.from({ length: variant % 3 }, (_, index) => start(`r${step}x${index}`, pick + index));
      return {
        type: kind,
        event: event(`e${pick % 30}`, variant % 11 === 0 ? { echo: true } : {}),
        durable: true,
        starts,
      };
    }
    case 'startRun':
      return { type: kind, request: start(`r${step}`, pick, variant) };
    case 'forkRun': {
      const source = run ?? state.runs.first();
      if (source === undefined) return { type: 'wake', runId: id };
      return {
        type: kind,
        runId: runId(`r${step}`),
        source,
        ...(variant % 3 === 0 && { startKey: `k${pick % 5}` }),
        ...(variant % 4 === 1 && { edit: { n: pick } }),
      };
    }
    case 'migrateRun':
      return { type: kind, runId: id, bound: erratic(pick % 6), checkOnly: variant % 4 === 0 };
    case 'tellLocks':
      return { type: kind };
    case 'cancelRun':
      return { type: kind, runId: id, kill: variant % 2 === 0, reason: 'enough' };
    case 'pauseRun':
    case 'resumeRun':
    case 'wake':
      return { type: kind, runId: id };
    case 'message': {
      const mode = (['append', 'steer', 'interrupt', 'replace'] as const)[variant % 4] ?? 'append';
      return { type: kind, runId: id, mode, content: pick, ...(variant % 3 === 0 && { key: `m${pick % 4}` }) };
    }
    case 'answer':
      return {
        type: kind,
        ...ofCall,
        version: (call?.question?.version ?? 1) + (variant % 5 === 0 ? 1 : 0),
        answer: pick,
      };
    case 'settle': {
      const outcome = OUTCOMES[pick % OUTCOMES.length] ?? { kind: 'ok', output: null };
      return {
        type: kind,
        ...ofCall,
        attempt,
        outcome,
        ...(variant % 2 === 0 && { usage: { tokens: pick % 10, costMicros: variant % 10 } }),
      };
    }
    case 'lost':
      return { type: kind, ...ofCall, attempt, message: 'its provider is gone' };
  }
}

/** Answers go mostly to runs that ask, and resumes to those that are paused. */
function isWorthTelling(kind: Choice['kind'], run: RunState | undefined): boolean {
  if (kind === 'resumeRun') return run?.phase === 'paused';
  return kind !== 'answer' || run?.calls.some((call) => call.question !== undefined) === true;
}

function erratic(seed: number) {
  return bound('erratic', { seed });
}

function start(name: string, seed: number, variant = 1): RunRequest {
  return request(name, erratic(seed), {
    ...(variant % 3 === 0 && { startKey: `k${seed % 5}` }),
    ...(variant % 4 === 0 && { timeoutMs: 1 + (seed % 3_000) }),
    ...(variant % 5 === 0 && { budget: { callsMax: 1 + (seed % 6), tokensMax: 20 } }),
  });
}

function machineUnderTest(): RegionMachine {
  return regionMachine(testPrograms, {
    ...REGION_LIMITS,
    runsMax: 12,
    contextBytesMax: 4_000,
    inboxMax: 3,
    callTimeoutMs: 10_000,
  });
}

/** Goes through a sequence; hands each state before its input, the input, and what was decided. */
function play(
  choices: readonly Choice[],
  observe: (before: RegionState, input: RegionInput, now: Instant, machine: RegionMachine) => void,
): RegionState {
  const machine = machineUnderTest();
  const invariants = new RegionInvariants(machine);
  let state = machine.initial('lab' as never);
  let now = 1_000;
  choices.forEach((item, step) => {
    now = Math.max(0, now + item.elapsedMs);
    const input = inputOf(state, item, step);
    deepFreeze(input);
    observe(state, input, instant(now), machine);
    const decision = machine.decide(state, input, instant(now));
    deepFreeze(decision.events);
    deepFreeze(decision.next);
    deepFreeze(decision.next.runs);
    invariants.check(state, input, decision);
    state = decision.next;
  });
  return state;
}

const EVENT_TYPES = [
  'call.answered',
  'call.asked',
  'call.lost',
  'call.retrying',
  'context.added',
  'definition.adopted',
  'definition.put',
  'definition.removed',
  'event.received',
  'run.advanced',
  'run.cancelling',
  'run.ended',
  'run.forked',
  'run.message.queued',
  'run.migrated',
  'run.paused',
  'run.resumed',
  'run.started',
  'session.created',
];

const TOLD_TYPES = ['begin', 'callSettled', 'cancel', 'deadline', 'edit', 'lockGranted', 'lockRevoked', 'message'];

/** For a machine that is busy with other tests: the time is long, and no test waits for it. */
const TIMEOUT_MS = 60_000;

const sequences = fc.array(choice, { minLength: 1, maxLength: 80, size: 'max' });
const text = (value: unknown): string => JSON.stringify(value);

test(
  'every invariant holds after every decision, whatever the region is told',
  () => {
    const seen = new Set<string>();
    const types = new Set<string>();
    const told = new Set<string>();
    fc.assert(
      fc.property(sequences, (choices) => {
        const state = play(choices, (before, input, now, machine) => {
          for (const { body } of machine.decide(before, input, now).events) {
            types.add(body.type);
            if (body.type === 'run.advanced') told.add(body.input.type);
          }
        });
        for (const ended of state.ended.values()) {
          seen.add(ended.outcome.kind);
          if (ended.outcome.kind === 'failed') {
            seen.add(ended.outcome.error.id);
            // The program itself watches what it is told.
            expect(ended.outcome.error.message).not.toContain('told of');
          }
        }
      }),
      propertyRun('region invariants', 1_500),
    );
    // Every row was met: the events, but for the end of the session, and ends of all kinds.
    expect([...types].sort()).toEqual(EVENT_TYPES);
    expect([...told].sort()).toEqual(TOLD_TYPES);
    expect([...seen].sort()).toEqual(['TAU-4001', 'TAU-4003', 'TAU-9001', 'cancelled', 'failed', 'ok']);
  },
  TIMEOUT_MS,
);

test(
  'a decision depends on nothing but the state, the input and the time; a state from its image decides the same',
  () => {
    fc.assert(
      fc.property(sequences, (choices) => {
        play(choices, (before, input, now, machine) => {
          const restored = regionFromImage(JSON.parse(text(regionImage(before))) as RegionImage);
          if (restored === undefined) throw new Error('the image was not understood');
          expect(imageText(restored)).toBe(imageText(before));
          const [live, again, other] = [before, before, restored].map((state) => machine.decide(state, input, now));
          expect(text([again?.events, again?.effects])).toBe(text([live?.events, live?.effects]));
          expect(text([other?.events, other?.effects])).toBe(text([live?.events, live?.effects]));
          expect(text(recoveryEffects(restored))).toBe(text(recoveryEffects(before)));
        });
      }),
      propertyRun('region determinism', 100),
    );
  },
  TIMEOUT_MS,
);

test(
  'replaying a journal from its first record, or from any snapshot on the way, gives the live state',
  () => {
    fc.assert(
      fc.property(sequences, fc.nat(100), (choices, at) => {
        const machine = machineUnderTest();
        const records: string[] = [];
        let snapshot: { readonly image: string; readonly records: number } | undefined;
        const live = play(choices, (before, input, now) => {
          if (snapshot === undefined && before.seq >= at)
            snapshot = { image: text(regionImage(before)), records: records.length };
          for (const item of machine.decide(before, input, now).events) records.push(text(item));
        });
        const fold = (from: RegionState, tail: readonly string[]): RegionState =>
          tail.reduce((state, record) => machine.evolve(state, JSON.parse(record)), from);
        expect(imageText(fold(machine.initial(live.id), records))).toBe(imageText(live));
        if (snapshot === undefined) return;
        const from = regionFromImage(JSON.parse(snapshot.image) as RegionImage);
        if (from === undefined) throw new Error('the image was not understood');
        expect(imageText(fold(from, records.slice(snapshot.records)))).toBe(imageText(live));
      }),
      propertyRun('region replay', 450),
    );
  },
  TIMEOUT_MS,
);

test(
  'an event, a start and a message with a key that the region has seen change nothing (invariant 5)',
  () => {
    let repeated = 0;
    fc.assert(
      fc.property(sequences, (choices) => {
        play(choices, (before, input, now, machine) => {
          if (!isKeyed(input)) return;
          const { next } = machine.decide(before, input, now);
          if (next === before || (input.type === 'message' && !next.runs.has(input.runId))) return;
          const second = machine.decide(next, input, now);
          expect(second.events).toEqual([]);
          expect(imageText(second.next)).toBe(imageText(next));
          repeated += 1;
        });
      }),
      propertyRun('region deduplication', 400),
    );
    expect(repeated).toBeGreaterThan(500);
  },
  TIMEOUT_MS,
);

function isKeyed(input: RegionInput): boolean {
  if (input.type === 'publish') return true;
  if (input.type === 'startRun') return input.request.startKey !== undefined;
  return (
    (input.type === 'message' && input.key !== undefined) || (input.type === 'forkRun' && input.startKey !== undefined)
  );
}
