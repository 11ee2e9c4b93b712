import {
  type CallId,
  callId,
  type Instant,
  type JsonObject,
  type Outcome,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
  type RetryPolicy,
} from 'tau-core';

/** A call as a script writes it; its capability is `action:do@v1` unless it says another. */
export interface ScriptCall {
  readonly id: string;
  readonly capability?: string;
  readonly input?: JsonObject;
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly stickyKey?: string;
}

export type ScriptStep =
  | { readonly call: ScriptCall }
  | { readonly together: readonly ScriptCall[] }
  | { readonly waitMs: number }
  | { readonly finish: Outcome };

export interface Script {
  readonly steps: readonly ScriptStep[];
}

export interface ScriptState {
  /** The step that is next. */
  readonly at: number;
  readonly open: readonly string[];
  readonly until: number | null;
  /** What the program was told: `a ok`, `b failed`, `deadline`. */
  readonly heard: readonly string[];
}

type ScriptEvent = Partial<ScriptState>;

/**
 * A program that goes through a list of steps: calls, one by one or together; waiting for a moment; an end.
 * Past its last step it finishes with what it heard. Cancelled, it gives its calls up and finishes.
 */
export const scriptedLanguage: ProgramLanguage<Script, ScriptState, ScriptEvent> = {
  program: {
    kind: 'scripted',
    initial: () => ({ at: 0, open: [], until: null, heard: [] }),
    decide,
    evolve: (_script, state, event) => ({ ...state, ...event }),
    nextDeadline: (_script, state) => (state.until === null ? undefined : (state.until as Instant)),
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Script }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_script, input) => ({ ok: true, definition: input }),
};

function decide(script: Script, state: ScriptState, input: ProgramInput, now: Instant) {
  switch (input.type) {
    case 'begin':
      return proceed(script, state, now);
    case 'callSettled': {
      const open = state.open.filter((id) => id !== input.callId);
      const heard = [...state.heard, `${input.callId} ${input.outcome.kind}`];
      return open.length === 0
        ? proceed(script, { ...state, open, heard }, now)
        : { events: [{ open, heard }], effects: [] };
    }
    case 'deadline':
      return proceed(script, { ...state, until: null, heard: [...state.heard, 'deadline'] }, now);
    case 'cancel': {
      const given = state.open.map(
        (id): ProgramEffect => ({ type: 'cancelCall', callId: callId(id), reason: `no more ${id}` }),
      );
      const outcome: Outcome = { kind: 'cancelled', reason: input.reason };
      return { events: [{ open: [], until: null }], effects: [...given, { type: 'finish', outcome } as const] };
    }
    default:
      return { events: [], effects: [] };
  }
}

function proceed(
  script: Script,
  state: ScriptState,
  now: Instant,
): { events: ScriptEvent[]; effects: ProgramEffect[] } {
  const step = script.steps[state.at];
  const at = state.at + 1;
  if (step === undefined) return { events: [state], effects: [finish({ kind: 'ok', output: state.heard })] };
  if ('finish' in step) return { events: [{ ...state, at }], effects: [finish(step.finish)] };
  if ('waitMs' in step) return { events: [{ ...state, at, until: now + step.waitMs }], effects: [] };
  const calls = 'call' in step ? [step.call] : step.together;
  return { events: [{ ...state, at, open: calls.map(({ id }) => id) }], effects: calls.map(effectOf) };
}

function finish(outcome: Outcome): ProgramEffect {
  return { type: 'finish', outcome };
}

function effectOf({ id, capability = 'action:do@v1', input = {}, ...others }: ScriptCall): ProgramEffect {
  return { type: 'call', callId: id as CallId, capability, input, ...others };
}
