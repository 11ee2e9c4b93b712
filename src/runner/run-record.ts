import type { ErrorData, Json, ProgramEffect, ProgramInput } from 'tau-core';

/** One decision of a run: what it was told, what happened, what it asked for. */
export interface DecisionRecord<Event = unknown> {
  /** 1, 2, ... in its run, without holes. */
  readonly seq: number;
  readonly timeMs: number;
  readonly input: ProgramInput;
  readonly events: readonly Event[];
  readonly effects: readonly ProgramEffect[];
  /** Of a message: what it is known by, so that it is taken once. */
  readonly key?: string;
}

/** What the host itself has to remember, of which its program hears nothing. */
export type HostNote =
  /** A handler asked a person. */
  | { readonly type: 'asked'; readonly callId: string; readonly question: string; readonly schema?: Json }
  | { readonly type: 'answered'; readonly callId: string; readonly answer: Json }
  /** A try failed; the next one is due at `retryAtMs`. */
  | { readonly type: 'tried'; readonly callId: string; readonly error: ErrorData; readonly retryAtMs: number }
  /** All tries are used up. `held`: the program was not told, and the call waits for `requeued`. */
  | {
      readonly type: 'deadLetter';
      readonly callId: string;
      readonly attempts: number;
      readonly error: ErrorData;
      readonly held: boolean;
    }
  | { readonly type: 'requeued'; readonly callId: string }
  /** The run went over to another version of its definition. */
  | { readonly type: 'migrated'; readonly from: string; readonly to: string; readonly state: Json }
  /** The run was ended without its program. */
  | { readonly type: 'killed'; readonly reason: string };

export interface NoteRecord {
  readonly seq: number;
  readonly timeMs: number;
  readonly note: HostNote;
}

export type RunRecord<Event = unknown> = DecisionRecord<Event> | NoteRecord;

/** A record as it is stored: short names, and nothing where there is nothing. A format for ever. */
interface StoredForm {
  readonly t: number;
  readonly i?: ProgramInput;
  readonly e?: readonly unknown[];
  readonly f?: readonly ProgramEffect[];
  readonly k?: string;
  readonly n?: HostNote;
}

export function encodeRecord(record: RunRecord): string {
  if ('note' in record) return JSON.stringify({ t: record.timeMs, n: record.note } satisfies StoredForm);
  const { timeMs, input, events, effects, key } = record;
  const form: { t: number; i: ProgramInput; e?: readonly unknown[]; f?: readonly ProgramEffect[]; k?: string } = {
    t: timeMs,
    i: input,
  };
  if (events.length > 0) form.e = events;
  if (effects.length > 0) form.f = effects;
  if (key !== undefined) form.k = key;
  return JSON.stringify(form satisfies StoredForm);
}

export function decodeRecord<Event>(seq: number, text: string): RunRecord<Event> {
  const { t: timeMs, i: input, e: events = [], f: effects = [], k: key, n: note } = JSON.parse(text) as StoredForm;
  if (note !== undefined) return { seq, timeMs, note };
  if (input === undefined) throw new SyntaxError(`record ${seq} is no record of a run`);
  const decision = { seq, timeMs, input, events: events as readonly Event[], effects };
  return key === undefined ? decision : { ...decision, key };
}
