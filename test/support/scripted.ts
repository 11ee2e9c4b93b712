import {
  callId,
  type ErrorData,
  type Executable,
  errorData,
  type Instant,
  instant,
  type Json,
  type JsonObject,
  type Outcome,
  type Program,
  type ProgramEffect,
  type ProgramLanguage,
  type RunBegin,
} from 'tau-core';

type CallEffect = Extract<ProgramEffect, { type: 'call' }>;
type AcquireEffect = Extract<ProgramEffect, { type: 'acquire' }>;

/** Stages one after another: each asks for its effects, and is over when all of its calls have settled and its locks are held. */
export interface Script {
  readonly name?: string;
  readonly stages: readonly (readonly (CallEffect | AcquireEffect)[])[];
  /** From the beginning; the run then fails with RUN_DEADLINE. */
  readonly deadlineMs?: number;
  /** Whether failures of calls are outputs like any other. */
  readonly tolerant?: boolean;
  /** Whether, once it is cancelled, it makes the call `clean` before it ends. */
  readonly cleans?: boolean;
  /** Members of the input that are secrets. */
  readonly secretInputs?: readonly string[];
}

export interface ScriptState {
  readonly begin: RunBegin;
  readonly stage: number;
  readonly open: readonly string[];
  readonly outputs: { readonly [callId: string]: Json };
  readonly messages: readonly Json[];
  readonly cancelled?: string;
}

export type ScriptEvent =
  | { readonly type: 'Staged'; readonly stage: number; readonly open: readonly string[] }
  | { readonly type: 'Settled'; readonly id: string; readonly output: Json }
  | { readonly type: 'Told'; readonly content: Json }
  | { readonly type: 'Edited'; readonly outputs: JsonObject }
  | { readonly type: 'Cancelled'; readonly reason: string };

type Decision = { events: ScriptEvent[]; effects: ProgramEffect[] };

export const scriptProgram: Program<Script, ScriptState, ScriptEvent> = {
  kind: 'script',
  takesMessages: true,
  takesEdits: true,
  initial: (_definition, begin) => ({ begin, stage: -1, open: [], outputs: {}, messages: [] }),
  decide(definition, state, input) {
    switch (input.type) {
      case 'begin':
        return advanced(definition, state, []);
      case 'callSettled':
        return state.open.includes(input.callId) ? settled(definition, state, input.callId, input.outcome) : none();
      case 'lockGranted':
        return settled(definition, state, input.lockId, { kind: 'ok', output: 'held' });
      case 'lockRevoked':
        return ended({ kind: 'failed', error: errorData('LOCK_LOST', input.reason) });
      case 'deadline':
        return ended({ kind: 'failed', error: errorData('RUN_DEADLINE', 'out of time') });
      case 'message':
        return { events: [{ type: 'Told', content: input.content }], effects: [] };
      case 'edit':
        return { events: [{ type: 'Edited', outputs: input.edit }], effects: [] };
      case 'cancel':
        return cancelled(definition, state, input.reason);
    }
  },
  evolve(_definition, state, event) {
    switch (event.type) {
      case 'Staged':
        return { ...state, stage: event.stage, open: event.open };
      case 'Settled':
        return {
          ...state,
          open: state.open.filter((id) => id !== event.id),
          outputs: { ...state.outputs, [event.id]: event.output },
        };
      case 'Told':
        return { ...state, messages: [...state.messages, event.content] };
      case 'Edited':
        return { ...state, outputs: { ...state.outputs, ...(event.outputs as { [id: string]: Json }) } };
      case 'Cancelled':
        return { ...state, cancelled: event.reason, open: ['clean'] };
    }
  },
  nextDeadline: ({ deadlineMs }, { begin, stage }): Instant | undefined =>
    deadlineMs === undefined || stage < 0 ? undefined : instant(begin.startedAt + deadlineMs),
  view: (_definition, { stage, outputs, messages }) => ({ stage, outputs, messages }),
  narrate: (_definition, _state, event) =>
    event.type === 'Settled' ? [{ at: event.id, kind: 'completed', output: event.output }] : [],
  migrate: (from, to, state) =>
    to.stages.length >= from.stages.length ? { ok: true, state } : { ok: false, reasons: ['it has fewer stages'] },
};

export const scriptLanguage: ProgramLanguage<Script, ScriptState, ScriptEvent> = {
  program: scriptProgram,
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Script }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_definition, input) =>
    input['refused'] === true
      ? { ok: false, diagnostics: [{ file: 'script', line: 1, column: 1, message: 'it is refused' }] }
      : { ok: true, definition: input },
  redactInput: (definition, input) => withoutSecrets(definition, input),
  redact: (definition, _state, input) => {
    if (input.type !== 'message' || typeof input.content !== 'object' || input.content === null) {
      return { redacted: input, secrets: {} };
    }
    const { redacted, secrets } = withoutSecrets(definition, input.content as JsonObject);
    return { redacted: { ...input, content: redacted }, secrets };
  },
};

/** What a script runs as. */
export function scripted(
  stages: Script['stages'],
  options: Omit<Script, 'stages'> = {},
): Executable<Script, ScriptState, ScriptEvent> {
  return { language: scriptLanguage, definition: { ...options, stages } };
}

/** One call; by default of `t:<id>`. */
export function call(id: string, options: Partial<Omit<CallEffect, 'type' | 'callId'>> = {}): CallEffect {
  return { type: 'call', callId: callId(id), capability: `t:${id}`, input: {}, ...options };
}

export function acquire(id: string, options: Partial<Omit<AcquireEffect, 'type' | 'lockId'>> = {}): AcquireEffect {
  return { type: 'acquire', lockId: callId(id), key: 'lock', waiting: 'queue', ...options };
}

function withoutSecrets({ secretInputs = [] }: Script, input: JsonObject) {
  const redacted: { [key: string]: Json | undefined } = { ...input };
  const secrets: { [name: string]: string } = {};
  for (const name of secretInputs) {
    const value = input[name];
    if (typeof value !== 'string') continue;
    secrets[name] = value;
    redacted[name] = '***';
  }
  return { redacted, secrets };
}

function none(): Decision {
  return { events: [], effects: [] };
}

function ended(outcome: Outcome): Decision {
  return { events: [], effects: [{ type: 'finish', outcome }] };
}

function settled(definition: Script, state: ScriptState, id: string, outcome: Outcome): Decision {
  const error: ErrorData | undefined = 'error' in outcome ? outcome.error : undefined;
  const output = outcome.kind === 'ok' ? outcome.output : ((error as unknown as Json) ?? outcome.kind);
  const event: ScriptEvent = { type: 'Settled', id, output };
  if (state.cancelled !== undefined)
    return { ...ended({ kind: 'cancelled', reason: state.cancelled }), events: [event] };
  if (outcome.kind !== 'ok' && definition.tolerant !== true) return { ...ended(outcome), events: [event] };
  const rest = state.open.filter((other) => other !== id);
  if (rest.length > 0) return { events: [event], effects: [] };
  return advanced(definition, { ...state, outputs: { ...state.outputs, [id]: output } }, [event]);
}

function advanced({ stages }: Script, state: ScriptState, events: ScriptEvent[]): Decision {
  const stage = state.stage + 1;
  const effects = stages[stage];
  if (effects === undefined) {
    return { events, effects: [{ type: 'finish', outcome: { kind: 'ok', output: state.outputs } }] };
  }
  const open = effects.map((effect) => (effect.type === 'call' ? effect.callId : effect.lockId));
  return { events: [...events, { type: 'Staged', stage, open }], effects: [...effects] };
}

function cancelled(definition: Script, state: ScriptState, reason: string): Decision {
  if (state.cancelled !== undefined) return none();
  const withdrawn = state.open.map((id): ProgramEffect => ({ type: 'cancelCall', callId: callId(id), reason }));
  if (definition.cleans !== true) {
    return { events: [], effects: [...withdrawn, { type: 'finish', outcome: { kind: 'cancelled', reason } }] };
  }
  return { events: [{ type: 'Cancelled', reason }], effects: [...withdrawn, call('clean')] };
}
