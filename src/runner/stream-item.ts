import type { Json, JsonObject, Narration } from 'tau-core';

/** What a run can be watched for. `gap` says what the watcher was too slow for; whoever leaves it out is not told. */
export type StreamMode = 'values' | 'updates' | 'custom' | 'events' | 'questions' | 'gap';

/** What a watcher of these modes sees: of one mode, its items as they are. */
export type StreamItemOf<Mode extends StreamMode, Event = unknown> = Extract<
  StreamItem<Event>,
  { readonly mode: Mode }
>;

/** One thing that a watcher sees. All but `custom` is stored before it is shown. */
export type StreamItem<Event = unknown> =
  /** What the run is now: its program's view, or its state where the program has none. */
  | { readonly mode: 'values'; readonly seq: number; readonly timeMs: number; readonly values: JsonObject }
  /** One thing that happened at one place; for programs that narrate nothing there are none. */
  | { readonly mode: 'updates'; readonly seq: number; readonly timeMs: number; readonly update: Narration }
  | { readonly mode: 'events'; readonly seq: number; readonly timeMs: number; readonly event: Event }
  /** What a handler shows (`progress`, `emit`), and what the run publishes. */
  | {
      readonly mode: 'custom';
      readonly from: 'progress' | 'emit' | 'publish';
      readonly callId: string;
      readonly timeMs: number;
      readonly content: Json;
    }
  /** A question was asked, or is open no longer. */
  | {
      readonly mode: 'questions';
      readonly change: 'asked' | 'closed';
      readonly timeMs: number;
      readonly question: OpenQuestion;
    }
  /** Items that the watcher was too slow for; what follows is newer than they were. */
  | { readonly mode: 'gap'; readonly of: 'custom' | 'others'; readonly dropped: number };

/** A question that waits for a person. */
export interface OpenQuestion {
  /** The id of the call that asks; of a run that this one waits for, behind the call by which it was started and a `/`. */
  readonly id: string;
  /** Grows with each question of the same call; an answer says which one it is to. */
  readonly version: number;
  /** Where it is asked, in words: a flow as a whole goes by its name. */
  readonly label: string;
  readonly question: string;
  /** JSON Schema of the answer, or of its value. */
  readonly schema?: Json;
  /** What may be answered, as `{ action, value? }`; absent takes any JSON. */
  readonly actions?: readonly string[];
  readonly askedMs: number;
}
