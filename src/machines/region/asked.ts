import { type CallId, HOST_CAPABILITIES, type Outcome, type ProgramEffect } from 'tau-core';
import { claimOf, type LockClaim } from 'tau-orchestrate';
import type { Draft } from './draft.js';
import type { CallState, Question, RunState } from './state.js';

type Effect<Type extends ProgramEffect['type']> = Extract<ProgramEffect, { readonly type: Type }>;

/** What a program asked for in one decision. */
export interface Asked {
  readonly calls: CallState[];
  readonly cancelled: Effect<'cancelCall'>[];
  readonly released: CallId[];
  locks: LockClaim[];
  outcome: Outcome | undefined;
}

/** @throws Error when it asks for a call or a lock under a name that is in use: a bug of the program. */
export function askedBy(draft: Draft, run: RunState, effects: readonly ProgramEffect[]): Asked {
  const asked: Asked = { calls: [], cancelled: [], released: [], locks: [], outcome: undefined };
  for (const effect of effects) {
    switch (effect.type) {
      case 'cancelCall':
        asked.cancelled.push(effect);
        break;
      case 'finish':
        asked.outcome = effect.outcome;
        break;
      case 'call':
        if (isOpen(run, asked, effect.callId)) throw new Error(`it asked for call "${effect.callId}", which is open`);
        asked.calls.push(newCall(draft, run, effect));
        break;
      case 'acquire':
        if (isClaimed(run, asked, effect.lockId))
          throw new Error(`it asked for lock "${effect.lockId}", which it claims`);
        asked.locks.push(claimOf(run.runId, effect));
        break;
      case 'release':
        release(run, asked, effect.lockId);
        break;
    }
  }
  // Nobody is to lose a lock to a run that ends in this very decision.
  if (asked.outcome !== undefined) asked.locks = [];
  return asked;
}

function isOpen(run: RunState, { calls, cancelled }: Asked, callId: CallId): boolean {
  if (calls.some((call) => call.callId === callId)) return true;
  return run.calls.has(callId) && !cancelled.some((effect) => effect.callId === callId);
}

function isClaimed(run: RunState, { locks, released }: Asked, lockId: CallId): boolean {
  if (locks.some((claim) => claim.lockId === lockId)) return true;
  return !released.includes(lockId) && isKnown(run, lockId);
}

function isKnown(run: RunState, lockId: CallId): boolean {
  return run.locks?.some(({ claim }) => claim.lockId === lockId) ?? false;
}

/** One that was asked for in the same decision was never claimed; one that was lost meanwhile is released already. */
function release(run: RunState, asked: Asked, lockId: CallId): void {
  const claimed = asked.locks.some((claim) => claim.lockId === lockId);
  if (claimed) asked.locks = asked.locks.filter((claim) => claim.lockId !== lockId);
  else if (isKnown(run, lockId) && !asked.released.includes(lockId)) asked.released.push(lockId);
}

const HOST_SERVED: ReadonlySet<string> = new Set(Object.values(HOST_CAPABILITIES));

function newCall(draft: Draft, run: RunState, effect: Effect<'call'>): CallState {
  // What the host serves itself ends when somebody answers, or a run ends: no provider is timed.
  const limitMs = HOST_SERVED.has(effect.capability) ? Number.POSITIVE_INFINITY : draft.limits.callTimeoutMs;
  const { retry, stickyKey, policy, secrets, grants } = effect;
  return {
    callId: effect.callId,
    capability: effect.capability,
    input: effect.input,
    attempt: 1,
    failures: 0,
    requestedMs: draft.now,
    deadlineMs: Math.min(run.deadlineMs, draft.now + Math.ceil(effect.timeoutMs ?? limitMs)),
    notBeforeMs: 0,
    redelivered: false,
    ...(retry && { retry }),
    ...(stickyKey !== undefined && { stickyKey }),
    ...(policy && { policy }),
    ...(secrets && { secrets }),
    ...(grants && { grants }),
    ...(run.phase === 'cancelling' && { sinceCancel: true as const }),
    ...(effect.capability === HOST_CAPABILITIES.ask && { question: questionOf(effect, draft.now) }),
  };
}

/** A call that asks a person needs no provider: its question is open from the first moment. */
function questionOf({ input }: Effect<'call'>, askedMs: number): Question {
  const { question, schema } = input;
  const text = typeof question === 'string' ? question : JSON.stringify(input);
  return { version: 1, text, askedMs, ...(schema !== undefined && { schema }) };
}
