import { type Decision, earliest, errorData, type Instant, instant, type JsonObject, type RegionId } from 'tau-core';
import { tellLocks } from './advance-run.js';
import { decideFork } from './decide-fork.js';
import { decideMigrate } from './decide-migrate.js';
import { decideAnswer, decideCancel, decideMessage, decidePause, decideResume, decideStart } from './decide-run.js';
import { addContext, createSession, deleteSession, publishEvent } from './decide-session.js';
import { accept, type Draft, draftOf, emit, refuse } from './draft.js';
import type { RegionEffect } from './effects.js';
import type { RegionEvent } from './events.js';
import { evolveRegion, initialRegion } from './evolve.js';
import type { RegionInput } from './inputs.js';
import type { RegionLimits } from './limits.js';
import { passTime } from './pass-time.js';
import { definitionOf, languageOf, type Programs } from './programs.js';
import { loseCall, settleCall } from './settle-call.js';
import type { RegionState, RunState } from './state.js';

/** A decision together with the state that its events lead to, so that the shell need not fold them again. */
export interface RegionDecision extends Decision<RegionEvent, RegionEffect> {
  readonly next: RegionState;
}

/**
 * The region machine: the unit of causality, one total order of events about one session or project.
 *
 * Owns: the session's context, runs in progress and what is remembered of ended ones, calls and their attempts,
 * questions to people, the session's locks, deduplication of events and starts, the catalogue of definitions (in the catalogue's region).
 * Does not own: who provides a capability, leases and credits (the dispatch machine), storage, watchers.
 *
 * Inputs: `RegionInput`. Events: `RegionEvent`, journaled. Effects: `RegionEffect`, released when they are durable.
 *
 * Invariants:
 * 1. `evolve` over the journal gives the live state; `next` of a decision is `evolve` over its events.
 * 2. A call settles once: the program is told exactly one outcome for each call that it did not give up.
 * 3. Every input has one reply effect, `wake` and `tellLocks` alone have none; one that is refused has no event and no other
 *    effect.
 * 4. Nothing of a run follows its `run.ended`; its calls are withdrawn before it.
 * 5. An event or start key that is remembered changes nothing the second time.
 * 6. A program hears once of each lock that it got or lost, in the decision that brought it about or in one that the shell is
 *    asked for; no run that has ended holds or waits for any.
 * 7. `prev` of an event about a run is the sequence number of that run's event before it.
 */
export interface RegionMachine {
  initial(id: RegionId): RegionState;
  decide(state: RegionState, input: RegionInput, now: Instant): RegionDecision;
  evolve(state: RegionState, event: RegionEvent): RegionState;
  /** When a run must be woken, at the latest its own deadline. */
  runDeadline(state: RegionState, run: RunState): Instant;
  /** Whether its program may be told messages. */
  takesMessages(run: RunState): boolean;
  /** What a run's program shows of it; undefined when it shows nothing. Throws what the program throws. */
  runView(state: RegionState, run: RunState): JsonObject | undefined;
}

/** The region machine over a set of programs. */
export function regionMachine(programs: Programs, limits: RegionLimits): RegionMachine {
  return {
    initial: initialRegion,
    evolve: (state, event) => evolveRegion(programs, state, event),
    decide: (state, input, now) => {
      const draft = draftOf(state, now, programs, limits);
      decideInput(draft, input);
      // What was refused changes nothing, so that it tells nobody of anything either.
      if (draft.events.length > 0 || input.type === 'tellLocks') tellLocks(draft);
      return { events: draft.events, effects: draft.effects, next: draft.state };
    },
    runDeadline: (state, run) => {
      const definition = definitionOf(state, run);
      const own = languageOf(programs, run.definition).program.nextDeadline(definition, run.program);
      return earliest(own, instant(run.deadlineMs)) ?? instant(run.deadlineMs);
    },
    takesMessages: ({ definition }) => languageOf(programs, definition).program.takesMessages === true,
    runView: (state, run) => {
      const definition = definitionOf(state, run);
      return languageOf(programs, run.definition).program.view?.(definition, run.program);
    },
  };
}

function decideInput(draft: Draft, input: RegionInput): void {
  switch (input.type) {
    case 'createSession':
      return createSession(draft, input);
    case 'addContext':
      return addContext(draft, input);
    case 'deleteSession':
      return deleteSession(draft);
    case 'putDefinition':
      return putDefinition(draft, input);
    case 'removeDefinition':
      return removeDefinition(draft, input);
    case 'publish':
      return publishEvent(draft, input);
    case 'startRun':
      return decideStart(draft, input);
    case 'forkRun':
      return decideFork(draft, input);
    case 'migrateRun':
      return decideMigrate(draft, input);
    case 'cancelRun':
      return decideCancel(draft, input);
    case 'pauseRun':
      return decidePause(draft, input);
    case 'resumeRun':
      return decideResume(draft, input);
    case 'message':
      return decideMessage(draft, input);
    case 'answer':
      return decideAnswer(draft, input);
    case 'settle':
      return settleCall(draft, input);
    case 'lost':
      return loseCall(draft, input);
    case 'wake':
      return passTime(draft, input.runId);
    case 'tellLocks':
      // The telling itself follows every decision.
      return;
  }
}

function putDefinition(draft: Draft, input: Extract<RegionInput, { type: 'putDefinition' }>): void {
  const fresh = draft.state.catalogue.get(input.bound.name)?.version !== input.bound.version;
  if (fresh) emit(draft, { type: 'definition.put', bound: input.bound });
  accept(draft, { fresh });
}

function removeDefinition(draft: Draft, input: Extract<RegionInput, { type: 'removeDefinition' }>): void {
  if (!draft.state.catalogue.has(input.name)) {
    return refuse(draft, errorData('NOT_FOUND', `there is no definition "${input.name}"; see "tau definitions"`));
  }
  emit(draft, { type: 'definition.removed', name: input.name });
  accept(draft);
}
