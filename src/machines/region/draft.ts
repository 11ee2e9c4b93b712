import { type ErrorData, type Hlc, hlcTick, type Instant, type RunId } from 'tau-core';
import type { RegionEffect, RegionReply } from './effects.js';
import type { RegionEvent, RegionEventBody } from './events.js';
import { evolveRegion } from './evolve.js';
import type { RegionLimits } from './limits.js';
import type { Programs } from './programs.js';
import type { RegionState, RunState } from './state.js';

/** What one decision works with: the state as it will be after the events so far, and what it has yielded. */
export interface Draft {
  readonly programs: Programs;
  readonly limits: RegionLimits;
  readonly now: Instant;
  state: RegionState;
  readonly events: RegionEvent[];
  readonly effects: RegionEffect[];
}

export function draftOf(state: RegionState, now: Instant, programs: Programs, limits: RegionLimits): Draft {
  return { programs, limits, now, state, events: [], effects: [] };
}

/** Adds an event at the region's next position and moves the draft's state past it. */
export function emit(draft: Draft, body: RegionEventBody): RegionEvent {
  const hlc: Hlc = hlcTick(draft.state.hlc, draft.now);
  const event: RegionEvent = { seq: draft.state.seq + 1, hlc, body };
  draft.state = evolveRegion(draft.programs, draft.state, event);
  draft.events.push(event);
  return event;
}

export function reply(draft: Draft, answer: RegionReply): void {
  draft.effects.push({ type: 'reply', reply: answer });
}

export function refuse(draft: Draft, error: ErrorData): void {
  reply(draft, { ok: false, error });
}

/** Answers that all went well, at the draft's position. */
export function accept(
  draft: Draft,
  more: { readonly runId?: RunId; readonly runIds?: readonly string[]; readonly fresh?: boolean } = {},
): void {
  reply(draft, { ok: true, seq: draft.state.seq, fresh: true, ...more });
}

/** The run as it is in the draft; absent when it has ended. */
export function runIn(draft: Draft, runId: RunId): RunState | undefined {
  return draft.state.runs.get(runId);
}
