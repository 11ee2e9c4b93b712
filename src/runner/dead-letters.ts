import type { OpenCall } from './open-call.js';
import type { DeadLetterNote } from './run-books.js';
import type { RunStatus } from './run-header.js';
import type { NoteRecord } from './run-record.js';

/** Dead letters that a run's status shows; older ones are in its records only. */
const DEAD_MAX = 100;

/** The status of a run after a note: dead letters come and go. */
export function withLetter(status: RunStatus, { seq, note }: NoteRecord, call: OpenCall | undefined): RunStatus {
  if (note.type === 'deadLetter') {
    const { callId, attempts, error, held } = note;
    const letter: DeadLetterNote & { seq: number } = {
      callId,
      capability: call?.effect.capability ?? '',
      attempts,
      error,
      held,
      seq,
    };
    return { ...status, dead: [...(status.dead ?? []), letter].slice(-DEAD_MAX) };
  }
  if (note.type !== 'requeued') return status;
  return { ...status, dead: (status.dead ?? []).filter(({ callId }) => callId !== note.callId) };
}
