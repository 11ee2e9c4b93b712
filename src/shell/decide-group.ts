import { type ErrorData, type Instant, JOURNAL_LIMITS, TauError, tauError, toErrorData } from 'tau-core';
import type { RegionEffect } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState } from '../machines/region/state.js';
import { type CommittedEvent, committedEvent } from './record-codec.js';

/** Bounds of what is journaled as one group. */
export const GROUP_LIMITS = {
  inputsMax: 512,
  /** With one more record at its limit, a group still fits a frame. */
  bytesMax: 2 * 1024 * 1024,
} as const;

/** What came of a group of inputs, decided one after another on a draft. */
export interface GroupDecision {
  /** The state that the group leads to: the region's, once its events are durable. */
  readonly next: RegionState;
  readonly events: readonly CommittedEvent[];
  /** The effects of each input that was decided, in order; the inputs after these wait for the next group. */
  readonly effects: readonly (readonly RegionEffect[])[];
}

/**
 * Decides as many inputs as fit a group.
 *
 * An input whose events could not be journaled, and one at which the machine throws (a bug: `onBug` is told), changes
 * nothing and is refused. A result cannot simply be refused, since a run waits for it: its call ends as unknown instead,
 * for what it reported has happened.
 */
export function decideGroup(
  machine: RegionMachine,
  state: RegionState,
  inputs: readonly RegionInput[],
  now: Instant,
  onBug: (thrown: unknown) => void,
): GroupDecision {
  let next = state;
  let bytes = 0;
  const events: CommittedEvent[] = [];
  const effects: (readonly RegionEffect[])[] = [];
  for (const input of inputs.slice(0, GROUP_LIMITS.inputsMax)) {
    const decided = decideOne(machine, next, input, now, onBug);
    next = decided.next;
    effects.push(decided.effects);
    for (const event of decided.events) {
      events.push(event);
      bytes += event.json.length;
    }
    if (bytes >= GROUP_LIMITS.bytesMax) break;
  }
  return { next, events, effects };
}

interface Decided {
  readonly next: RegionState;
  readonly events: readonly CommittedEvent[];
  readonly effects: readonly RegionEffect[];
}

function decideOne(
  machine: RegionMachine,
  state: RegionState,
  input: RegionInput,
  now: Instant,
  onBug: (thrown: unknown) => void,
): Decided {
  try {
    const decision = machine.decide(state, input, now);
    const events = decision.events.map(committedEvent);
    events.forEach(checkSize);
    return { next: decision.next, events, effects: decision.effects };
  } catch (thrown) {
    if (!(thrown instanceof TauError)) onBug(thrown);
    const error = toErrorData(thrown);
    if (input.type === 'settle' && input.outcome.kind !== 'unknown') {
      const unknown = { kind: 'unknown', error: { ...error, outcome: 'unknown', retryable: false } } as const;
      return decideOne(machine, state, { ...input, outcome: unknown }, now, onBug);
    }
    return refused(state, error);
  }
}

function refused(state: RegionState, error: ErrorData): Decided {
  return { next: state, events: [], effects: [{ type: 'reply', reply: { ok: false, error } }] };
}

/** @throws TauError LIMIT_EXCEEDED */
function checkSize({ type, json }: CommittedEvent): void {
  const { recordBytesMax } = JOURNAL_LIMITS;
  // A UTF-16 unit is three bytes at most: most texts need not be measured.
  if (json.length * 3 <= recordBytesMax) return;
  const bytes = Buffer.byteLength(json);
  if (bytes <= recordBytesMax) return;
  const message = `it would be a record of ${bytes} bytes (${type}), the limit recordBytesMax is ${recordBytesMax}; send less, or a uri`;
  throw tauError('LIMIT_EXCEEDED', message);
}
