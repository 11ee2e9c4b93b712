import {
  type Clock,
  type CloudEvent,
  type JsonObject,
  type Outcome,
  type Parsed,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
  type RunBegin,
  runId,
  type Timer,
  tauError,
} from 'tau-core';
import { systemClock } from 'tau-core/node';
import { LocalCall, type LocalHandler } from './local-call.js';

/** What a local run is given. */
export interface LocalOptions<Event> {
  /** By capability, e.g. `action:github/comment@v1`. A call of any other fails with NO_PROVIDER at once. */
  readonly handlers: { readonly [capability: string]: LocalHandler };
  /** Default `{}`. */
  readonly input?: JsonObject;
  /** The event that the run sees as its trigger; whether it matches the triggers is not asked. */
  readonly event?: CloudEvent;
  /** Default `local`. Idempotency keys start with it. */
  readonly runId?: string;
  /** Default: the event's source, or `local`. */
  readonly sessionId?: string;
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Called for each event as it happens. */
  readonly onEvent?: (event: Event) => void;
}

/** A local run that has ended. */
export interface LocalRun<State, Event> {
  readonly outcome: Outcome;
  /** All that happened, in order: folding it through the program's `evolve` gives `state`. */
  readonly events: readonly Event[];
  readonly state: State;
}

/**
 * Runs a program in this process, with functions for capabilities. Nothing is stored: it dies with the process.
 * Resolves with every outcome, failures included.
 *
 * @throws TauError INVALID_ARGUMENT when the language refuses the input.
 */
export async function runLocal<Definition, State, Event>(
  language: ProgramLanguage<Definition, State, Event>,
  definition: Definition,
  options: LocalOptions<Event>,
): Promise<LocalRun<State, Event>> {
  const input = accepted(language.checkInput(definition, options.input ?? {}));
  const clock = options.clock ?? systemClock;
  const begin: RunBegin = {
    runId: runId(options.runId ?? 'local'),
    sessionId: options.sessionId ?? options.event?.source ?? 'local',
    input,
    ...(options.event === undefined ? {} : { event: options.event }),
    startedAt: clock.now(),
  };
  return new Promise((ended, broken) => {
    new LocalHost(language, definition, { ...options, clock, begin, ended, broken }).start();
  });
}

function accepted(checked: Parsed<JsonObject>): JsonObject {
  if (checked.ok) return checked.definition;
  throw tauError('INVALID_ARGUMENT', checked.diagnostics.map(({ message }) => message).join('; '));
}

interface HostOptions<State, Event> extends LocalOptions<Event> {
  readonly clock: Clock;
  readonly begin: RunBegin;
  readonly ended: (run: LocalRun<State, Event>) => void;
  /** The program threw, which no program may: a bug. */
  readonly broken: (thrown: unknown) => void;
}

/** The shell of one local run: reads an input, decides, evolves, releases effects, and so on until `finish`. */
class LocalHost<Definition, State, Event> {
  readonly #program: ProgramLanguage<Definition, State, Event>['program'];
  readonly #definition: Definition;
  readonly #options: HostOptions<State, Event>;
  readonly #calls = new Map<string, LocalCall>();
  readonly #events: Event[] = [];
  readonly #inputs: ProgramInput[] = [];
  readonly #cancel = (): void => this.#take({ type: 'cancel', reason: String(this.#options.signal?.reason) });
  #state: State;
  #timer: Timer | undefined;
  #isBusy = false;

  constructor(
    language: ProgramLanguage<Definition, State, Event>,
    definition: Definition,
    options: HostOptions<State, Event>,
  ) {
    this.#program = language.program;
    this.#definition = definition;
    this.#options = options;
    this.#state = language.program.initial(definition, options.begin);
  }

  start(): void {
    const { signal } = this.#options;
    this.#take({ type: 'begin' });
    if (signal?.aborted) this.#cancel();
    else signal?.addEventListener('abort', this.#cancel, { once: true });
  }

  /** Inputs are taken one after another: what the effects of one bring about at once waits for its turn. */
  #take(input: ProgramInput): void {
    this.#inputs.push(input);
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) this.#step(next);
    } catch (thrown) {
      this.#options.broken(thrown);
    } finally {
      this.#isBusy = false;
    }
  }

  #step(input: ProgramInput): void {
    this.#timer?.cancel();
    const { clock, onEvent } = this.#options;
    const { events, effects } = this.#program.decide(this.#definition, this.#state, input, clock.now());
    for (const event of events) {
      this.#events.push(event);
      this.#state = this.#program.evolve(this.#definition, this.#state, event);
      onEvent?.(event);
    }
    const deadline = this.#program.nextDeadline(this.#definition, this.#state);
    this.#timer = deadline && clock.at(deadline, () => this.#take({ type: 'deadline' }));
    for (const effect of effects) this.#release(effect);
  }

  #release(effect: ProgramEffect): void {
    switch (effect.type) {
      case 'call': {
        const { clock, begin, handlers } = this.#options;
        const settled = (outcome: Outcome): void => {
          this.#calls.delete(effect.callId);
          this.#take({ type: 'callSettled', callId: effect.callId, outcome });
        };
        const handler = Object.hasOwn(handlers, effect.capability) ? handlers[effect.capability] : undefined;
        const call = new LocalCall(effect, { runId: begin.runId, handler, clock, settled });
        this.#calls.set(effect.callId, call);
        return call.start();
      }
      case 'cancelCall':
        this.#calls.get(effect.callId)?.withdraw();
        this.#calls.delete(effect.callId);
        return;
      case 'finish':
        this.#options.signal?.removeEventListener('abort', this.#cancel);
        return this.#options.ended({ outcome: effect.outcome, events: this.#events, state: this.#state });
    }
  }
}
