import { type ErrorData, type Instant, instant, type Outcome, type ProgramEffect } from 'tau-core';
import type { LocalCall } from './local-call.js';
import type { LockUser } from './local-locks.js';
import type { SharedPorts } from './local-world.js';
import { type AskingRun, closeQuestion, openQuestion } from './open-questions.js';
import type { RunBooks } from './run-books.js';
import type { HostNote, RunRecord } from './run-record.js';
import type { OpenQuestion } from './stream-item.js';

/** Who watches a run, and is told what is durable. */
interface ReleaseWatch<State, Event> {
  recorded(record: RunRecord<Event>, before: State, after: State): void;
  question(change: 'asked' | 'closed', question: OpenQuestion, timeMs: number): void;
  retried(callId: string, failed: { readonly error: ErrorData; readonly delayMs: number }, now: Instant): void;
  killed(outcome: Outcome, now: Instant): void;
}

/** The run whose decisions are released: all that happens here is durable by then. */
export interface ReleasingRun<State, Event> extends AskingRun {
  readonly runId: string;
  readonly books: RunBooks<LocalCall>;
  readonly ports: LockUser & { readonly shared: SharedPorts };
  readonly watch: ReleaseWatch<State, Event> | undefined;
  /** Its state after what is released. */
  readonly shell: { readonly state: State };
  readonly handle: { begun(): void };
  /** `reason`: what calls are told that still work. */
  finish(outcome: Outcome, reason: string): void;
}

/** Shows a record to those who watch, and closes the question that it is the end of. */
export function releaseRecord<State, Event>(
  run: ReleasingRun<State, Event>,
  record: RunRecord<Event>,
  before: State,
  call: LocalCall | undefined,
): void {
  run.watch?.recorded(record, before, run.shell.state);
  if ('note' in record) return;
  if (record.input.type === 'begin') run.handle.begun();
  if (call !== undefined) closeQuestion(run, call);
}

export function releaseEffect(
  run: ReleasingRun<unknown, never>,
  effect: ProgramEffect,
  call: LocalCall | undefined,
): void {
  switch (effect.type) {
    case 'call':
      // One that was withdrawn within the same group never begins.
      if (call === undefined || run.books.call(effect.callId) !== call) return;
      openQuestion(run, call);
      return call.resume();
    case 'cancelCall':
      if (call === undefined) return;
      closeQuestion(run, call);
      return call.withdraw(effect.reason);
    case 'acquire':
      return run.ports.shared.locks.claim(run.runId, effect, run.ports);
    case 'release':
      return run.ports.shared.locks.release(run.runId, effect.lockId);
    case 'finish':
      return run.finish(effect.outcome, 'the run has ended');
  }
}

export function releaseNote(
  run: ReleasingRun<unknown, never>,
  { note, timeMs }: { readonly note: HostNote; readonly timeMs: number },
  call: LocalCall | undefined,
): void {
  switch (note.type) {
    case 'killed': {
      const outcome: Outcome = { kind: 'cancelled', reason: note.reason };
      run.watch?.killed(outcome, instant(timeMs));
      return run.finish(outcome, note.reason);
    }
    case 'asked':
      if (call !== undefined) openQuestion(run, call);
      return;
    case 'tried': {
      const failed = { error: note.error, delayMs: note.retryAtMs - timeMs };
      run.watch?.retried(note.callId, failed, instant(timeMs));
      return call?.resume();
    }
    case 'answered':
    case 'requeued':
      return call?.resume();
  }
}
