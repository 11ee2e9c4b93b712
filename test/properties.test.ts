import fc from 'fast-check';
import { callId, type Decision, type ProgramEffect, type ProgramInput } from 'tau-core';
import { type WorkflowDefinition, type WorkflowEvent, type WorkflowState, workflowLanguage } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';
import { type Happening, happenings, payload, workflowSource } from './support/arbitrary.js';
import { beginOf, Drive, definitionOf, githubEvent } from './support/drive.js';

const { program } = workflowLanguage;
const RUNS = 300;
/** Far more than any generated run can need. */
const ROUNDS_MAX = 500;

/** What JSON text keeps of a value; equal to the value itself when that is plain JSON. */
function rewritten<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** A run that checks, at each input, what every machine promises. */
class CheckedDrive extends Drive {
  readonly settled: string[] = [];
  readonly #copy: WorkflowDefinition;

  constructor(definition: WorkflowDefinition, body: object) {
    super(deepFreeze(definition), deepFreeze(beginOf({ event: githubEvent('push', body) })));
    this.#copy = rewritten(this.definition);
    deepFreeze(this.state);
  }

  override take(input: ProgramInput): Decision<WorkflowEvent, ProgramEffect> {
    const before = this.state;
    const hadEnded = this.outcome !== undefined;
    const inFlight = new Set(this.calls.keys());
    const again = program.decide(this.#copy, rewritten(before), rewritten(input), this.now);
    const decision = deepFreeze(super.take(input));
    deepFreeze(this.state);
    expect(decision).toStrictEqual(again);
    expect(decision.events).toStrictEqual(rewritten(decision.events));
    expect(decision.effects).toStrictEqual(rewritten(decision.effects));
    expect(this.state).toStrictEqual(rewritten(this.state));
    if (hadEnded) expect(decision.effects).toEqual([]);
    const finishes = decision.effects.filter(({ type }) => type === 'finish');
    expect(finishes.length).toBeLessThanOrEqual(1);
    if (finishes.length > 0) expect(decision.effects.at(-1)?.type).toBe('finish');
    for (const effect of decision.effects) {
      if (effect.type === 'call') expect(inFlight.has(effect.callId)).toBe(false);
      if (effect.type !== 'cancelCall') continue;
      expect(inFlight.has(effect.callId)).toBe(true);
      this.settled.push(effect.callId);
    }
    return decision;
  }

  happen(happening: Happening): void {
    switch (happening.kind) {
      case 'settle': {
        const call = [...this.calls.keys()][happening.pick % Math.max(1, this.calls.size)];
        if (call === undefined) return;
        this.settled.push(call);
        this.settle(call, happening.outcome);
        return;
      }
      case 'settleAgain': {
        const call = this.settled[happening.pick % Math.max(1, this.settled.length)];
        // A call that has settled is of no interest any more, whatever it says.
        if (call === undefined) return;
        const decision = this.take({ type: 'callSettled', callId: callId(call), outcome: happening.outcome });
        expect(decision.events.filter(({ type }) => type === 'StepCompleted')).toEqual([]);
        return;
      }
      case 'advance':
        this.advance(happening.ms);
        return;
      case 'begin':
        this.start();
        return;
      case 'cancel':
        this.cancel();
        return;
      case 'message':
        this.take({ type: 'message', content: 'hello' });
    }
  }

  /** Answers what is in flight until the run has ended. */
  finish(): void {
    for (let round = 0; this.outcome === undefined; round += 1) {
      if (round > ROUNDS_MAX) throw new Error('the run does not end');
      const [call] = this.calls.keys();
      if (call !== undefined) this.settle(call);
      else if (this.nextDeadline !== undefined) this.advance(this.nextDeadline - this.now);
      else throw new Error('the run waits for nothing, and has not ended');
    }
  }
}

const scenario = fc.record({ source: workflowSource, body: payload, happenings });

function runOf({
  source,
  body,
  happenings: all,
}: {
  source: string;
  body: object;
  happenings: readonly Happening[];
}): CheckedDrive {
  const drive = new CheckedDrive(definitionOf(source), body);
  drive.start();
  for (const happening of all) drive.happen(happening);
  drive.finish();
  return drive;
}

describe('whatever happens to a run of whatever workflow', () => {
  test('the scenarios reach every event, effect, result and outcome', () => {
    const seen = new Set<string>();
    for (const given of fc.sample(scenario, { numRuns: RUNS, seed: 1 })) {
      const { events, effects, outcome } = runOf(given);
      for (const event of events) {
        seen.add(event.type);
        if (event.type === 'JobCompleted') seen.add(`job ${event.result}`);
        if (event.type === 'StepCompleted') seen.add(`step ${event.outcome}, ${event.conclusion}`);
      }
      for (const effect of effects) seen.add(effect.type);
      seen.add(`run ${outcome?.kind}`);
    }
    expect([...seen].sort()).toEqual([
      'CancelRequested',
      'JobCompleted',
      'JobSkipped',
      'JobStarted',
      'JobStopRequested',
      'StepCompleted',
      'StepSkipped',
      'StepStarted',
      'call',
      'cancelCall',
      'finish',
      'job cancelled',
      'job failure',
      'job success',
      'run cancelled',
      'run failed',
      'run ok',
      'step cancelled, cancelled',
      'step failure, failure',
      'step failure, success',
      'step success, success',
    ]);
  });

  test('it decides the same again, keeps plain JSON, changes nothing it was given, and ends once', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const drive = runOf(given);
        expect(drive.nextDeadline).toBeUndefined();
        expect(drive.effects.filter(({ type }) => type === 'finish')).toHaveLength(1);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('folding its events gives the state that the live machine has', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { definition, begin, events, state } = runOf(given);
        const copy = rewritten(definition);
        const initial = program.initial(copy, rewritten(begin));
        const replayed = events.reduce<WorkflowState>(
          (at, event) => program.evolve(copy, at, rewritten(event)),
          initial,
        );
        expect(replayed).toStrictEqual(state);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('each job has one end, none starts before those that it needs, and each call is asked for once', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { definition, events, effects } = runOf(given);
        const ended = new Set<string>();
        for (const event of events) {
          if (event.type === 'JobStarted' || event.type === 'JobSkipped') {
            const needs = definition.jobs.find(({ id }) => id === event.job)?.needs ?? [];
            expect(needs.every((need) => ended.has(need))).toBe(true);
          }
          if (event.type !== 'JobSkipped' && event.type !== 'JobCompleted') continue;
          expect(ended.has(event.job)).toBe(false);
          ended.add(event.job);
        }
        expect([...ended].sort()).toEqual(definition.jobs.map(({ id }) => id).sort());
        const calls = effects.flatMap((effect) => (effect.type === 'call' ? [effect.callId] : []));
        expect(new Set(calls).size).toBe(calls.length);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('evolve takes the events of any other run without throwing', () => {
    fc.assert(
      fc.property(scenario, scenario, fc.nat(), (given, other, keep) => {
        const { definition, begin, events } = runOf(given);
        const foreign = runOf(other).events;
        let state = program.initial(definition, begin);
        for (const [index, event] of [...events.slice(0, keep % 20), ...foreign, ...events].entries()) {
          state = program.evolve(definition, state, event);
          if (index % 7 === 0) expect(state).toStrictEqual(rewritten(state));
        }
      }),
      { numRuns: Math.floor(RUNS / 3), endOnFailure: true },
    );
  });
});
