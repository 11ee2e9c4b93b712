import type { ErrorData, Instant } from 'tau-core';
import type { Backfill, Next, OpenStart, Start } from './state.js';

/** What can happen to a schedule. Every instant that was computed is in them: folding them needs no zone data. */
export type ScheduleEvent =
  | { readonly type: 'Planned'; readonly next: Next }
  | { readonly type: 'Started'; readonly start: OpenStart }
  | { readonly type: 'Buffered'; readonly start: Start }
  | { readonly type: 'Skipped'; readonly start: Start; readonly reason: 'overlap' | 'buffer-full' }
  /**
   * Occurrences of a span that nothing came of: too late, or paused. `more`: there were more than `count`. Everything up to and
   * including `cursor` is thereby seen to. `goesOnTo`: what occurred up to then while it was paused is still to be counted.
   */
  | {
      readonly type: 'Missed';
      readonly reason: 'late' | 'paused';
      readonly from: Instant;
      readonly until: Instant;
      readonly count: number;
      readonly more: boolean;
      readonly cursor: Instant;
      readonly goesOnTo?: Instant;
    }
  | {
      readonly type: 'Ended';
      readonly callId: string;
      readonly at: Instant;
      readonly result: 'ok' | 'failed' | 'cancelled' | 'unknown';
      readonly error?: ErrorData;
    }
  /** It runs no longer as far as the schedule is concerned: a newer occurrence, or the end of all, took its place. */
  | { readonly type: 'Withdrawn'; readonly callId: string; readonly reason: string }
  | { readonly type: 'Paused'; readonly reason: string }
  | { readonly type: 'Resumed' }
  | { readonly type: 'BackfillAsked'; readonly backfill: Backfill }
  | { readonly type: 'BackfillMoved'; readonly number: number; readonly cursor: Instant }
  | { readonly type: 'BackfillEnded'; readonly number: number }
  | { readonly type: 'TriggerAsked'; readonly number: number }
  | { readonly type: 'MessageRefused'; readonly at: Instant; readonly error: ErrorData }
  | { readonly type: 'Finished' };
