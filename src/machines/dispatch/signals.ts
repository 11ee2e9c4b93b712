import type { ErrorData, Outcome, Usage } from 'tau-core';
import type { WorkOrder } from '../region/effects.js';
import type { Manifest, WorkRef } from './state.js';

/** What the dispatch machine is told. */
export type DispatchInput =
  | { readonly type: 'add'; readonly order: WorkOrder }
  /** Like `add`, for a call found in the journal: a provider may have it, so it waits for its holder's greeting first. */
  | { readonly type: 'recover'; readonly order: WorkOrder }
  | { readonly type: 'withdraw'; readonly workId: string; readonly reason: string }
  | { readonly type: 'hold'; readonly runId: string }
  | { readonly type: 'register'; readonly manifest: Manifest }
  | { readonly type: 'refused'; readonly manifest: Manifest; readonly error: ErrorData }
  | {
      readonly type: 'hello';
      readonly registrationId: string;
      readonly running: readonly WorkRef[];
      readonly kept: readonly WorkRef[];
    }
  | { readonly type: 'credit'; readonly registrationId: string; readonly items: number; readonly bytes: number }
  | {
      readonly type: 'result';
      readonly registrationId: string;
      readonly ref: WorkRef;
      readonly outcome: Outcome;
      readonly usage?: Usage;
    }
  /** Any other frame: a sign of life. */
  | { readonly type: 'alive'; readonly registrationId: string }
  | { readonly type: 'leaving'; readonly registrationId: string }
  | { readonly type: 'cut'; readonly registrationId: string }
  /** The region has taken (or refused) a result, durably. */
  | { readonly type: 'settled'; readonly registrationId: string; readonly ref: WorkRef; readonly accepted: boolean }
  /** The journal was read, or there is none to be read; fences grow with the epoch. */
  | { readonly type: 'recovered'; readonly epoch: number }
  | { readonly type: 'drain'; readonly graceMs: number }
  | { readonly type: 'time' };

export type Verdict = 'accepted' | 'stale' | 'duplicate';

/** What the dispatch machine asks of its shell. */
export type DispatchEffect =
  | { readonly type: 'registered'; readonly registrationId: string }
  | { readonly type: 'refuse'; readonly error: ErrorData }
  | {
      readonly type: 'welcome';
      readonly registrationId: string;
      readonly keep: readonly WorkRef[];
      readonly abort: readonly WorkRef[];
      readonly resend: readonly WorkRef[];
      readonly forget: readonly WorkRef[];
    }
  | {
      readonly type: 'work';
      readonly registrationId: string;
      readonly ref: WorkRef;
      readonly order: WorkOrder;
      readonly redelivered: boolean;
      readonly remainingMs: number;
    }
  | { readonly type: 'cancel'; readonly registrationId: string; readonly ref: WorkRef; readonly reason: string }
  | { readonly type: 'ack'; readonly registrationId: string; readonly ref: WorkRef; readonly verdict: Verdict }
  | { readonly type: 'ping'; readonly registrationId: string }
  | { readonly type: 'draining'; readonly registrationId: string; readonly graceMs: number }
  | { readonly type: 'close'; readonly registrationId: string; readonly error: ErrorData }
  /** To the work's region: this attempt has ended. Its result is acknowledged after the region's answer (`settled`). */
  | {
      readonly type: 'settle';
      readonly order: WorkOrder;
      readonly outcome: Outcome;
      readonly usage?: Usage;
      readonly from?: { readonly registrationId: string; readonly ref: WorkRef };
    }
  | { readonly type: 'lost'; readonly order: WorkOrder; readonly message: string };
