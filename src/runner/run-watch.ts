import type { ErrorData, Instant, Json, JsonObject, Narration, Outcome, Program } from 'tau-core';
import { instant } from 'tau-core';
import { Observers } from '../observe/observer.js';
import { RunReporter } from '../observe/run-reporter.js';
import { cloneJson } from './clone-json.js';
import { LOCAL_DEFAULTS, type LocalOptions } from './local-options.js';
import type { RunBooks } from './run-books.js';
import type { RunRecord } from './run-record.js';
import type { StartedRun } from './run-start.js';
import { RunStreams } from './run-streams.js';
import type { OpenQuestion, StreamItem, StreamMode } from './stream-item.js';

/** Whether somebody watches a run from its beginning. */
export function isWatchedFromStart({ observers, keepEvents }: LocalOptions): boolean {
  return keepEvents === true || (observers !== undefined && observers.length > 0);
}

/** All who see what a run does: streams, observers, and the list of its events for whoever wants it at the end. */
export class RunWatch<Definition, State, Event> {
  readonly streams: RunStreams<Event>;
  readonly #program: Program<Definition, State, Event>;
  readonly #observers: Observers | undefined;
  readonly #events: Event[] | undefined;
  #reporter: RunReporter<Definition, State, Event> | undefined;
  #definition: Definition | undefined;

  constructor(program: Program<Definition, State, Event>, options: LocalOptions) {
    this.#program = program;
    this.#events = options.keepEvents === true ? [] : undefined;
    const observers = options.observers ?? [];
    const warn = options.warn ?? ((text: string) => process.emitWarning(text));
    this.#observers = observers.length === 0 ? undefined : new Observers(observers, warn);
    this.streams = new RunStreams({
      itemsMax: options.streamItemsMax ?? LOCAL_DEFAULTS.streamItemsMax,
      customMax: options.progressMax ?? LOCAL_DEFAULTS.progressMax,
      customBytesMax: LOCAL_DEFAULTS.progressBytesMax,
    });
  }

  get events(): readonly Event[] | undefined {
    return this.#events;
  }

  /** Before anything of the run is seen. */
  bind(definition: Definition): void {
    this.#definition = definition;
  }

  started(
    { begin, definition, version, kind }: StartedRun<Definition, State>,
    { now, books, parentRunId }: { now: Instant; books: RunBooks; parentRunId: string | undefined },
  ): void {
    this.bind(definition);
    if (this.#observers === undefined) return;
    this.#reporter = new RunReporter(this.#program, definition, { begin, observer: this.#observers });
    this.#reporter.started(now, {
      ...(version !== undefined && { version }),
      ...(parentRunId !== undefined && { parentRunId }),
      ...(kind !== 'new' && { isResumed: true as const }),
    });
    this.#reporter.asked(
      [...books.calls].map(({ effect }) => effect),
      now,
    );
  }

  recorded(record: RunRecord<Event>, before: State, after: State): void {
    if (this.#events === undefined && this.#reporter === undefined && this.streams.isEmpty) return;
    const now = instant(record.timeMs);
    if ('note' in record) {
      if (record.note.type === 'killed') this.#reporter?.told({ type: 'cancel', reason: record.note.reason }, now);
      return;
    }
    this.#reporter?.told(record.input, now);
    if (record.input.type === 'callSettled') this.#reporter?.settled(record.input.callId, record.input.outcome, now);
    this.#happened(record, before);
    this.#reporter?.asked(record.effects, now);
    if (this.streams.isWatched('values')) this.#values(record, after);
  }

  /** Whether anybody sees what calls show. */
  get isShown(): boolean {
    return this.streams.isWatched('custom');
  }

  show(callId: string, from: 'progress' | 'emit' | 'publish', shown: { content: Json; timeMs: number }): void {
    this.streams.push({ mode: 'custom', from, callId, ...shown });
  }

  observed(what: 'waiting' | 'attempt', callId: string, now: Instant): void {
    this.#reporter?.[what](callId, now);
  }

  question(change: 'asked' | 'closed', question: OpenQuestion, timeMs: number): void {
    if (!this.streams.isEmpty) this.streams.push({ mode: 'questions', change, timeMs, question });
  }

  retried(callId: string, failed: { readonly error: ErrorData; readonly delayMs: number }, now: Instant): void {
    this.#reporter?.retry(callId, failed, now);
  }

  /** Ended without its program. */
  killed(outcome: Outcome, now: Instant): void {
    this.#reporter?.asked([{ type: 'finish', outcome }], now);
  }

  #happened({ seq, timeMs, events }: Exclude<RunRecord<Event>, { readonly note: unknown }>, before: State): void {
    const program = this.#program;
    const definition = this.#definition as Definition;
    const now = instant(timeMs);
    const showsEvents = this.streams.isWatched('events');
    const showsUpdates = this.streams.isWatched('updates') && program.narrate !== undefined;
    let state = before;
    for (const event of events) {
      this.#events?.push(event);
      if (showsEvents) this.streams.push({ mode: 'events', seq, timeMs, event: cloneJson(event as Json) as Event });
      if (!showsUpdates && this.#reporter === undefined) continue;
      state = program.evolve(definition, state, event);
      this.#reporter?.happened(state, event, now);
      if (!showsUpdates) continue;
      for (const update of this.#narrated(state, event)) {
        this.streams.push({ mode: 'updates', seq, timeMs, update });
      }
    }
  }

  #narrated(state: State, event: Event): readonly Narration[] {
    return unlessThrown(() => this.#program.narrate?.(this.#definition as Definition, state, event)) ?? [];
  }

  #values({ seq, timeMs }: RunRecord<Event>, after: State): void {
    const values = unlessThrown(() => viewOf(this.#program, this.#definition as Definition, after));
    if (values === undefined) return;
    const item: StreamItem<Event> & { mode: StreamMode } = { mode: 'values', seq, timeMs, values };
    this.streams.push(item);
  }
}

/** What watchers see has no part in the run, not even by a bug of what makes it. */
function unlessThrown<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** What a program shows of a run, or its state where it has no view. */
export function viewOf<Definition, State, Event>(
  program: Program<Definition, State, Event>,
  definition: Definition,
  state: State,
): JsonObject {
  return cloneJson(program.view?.(definition, state) ?? (state as Json as JsonObject));
}
