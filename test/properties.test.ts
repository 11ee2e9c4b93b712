import fc from 'fast-check';
import { callId, type Decision, type ProgramEffect, type ProgramInput } from 'tau-core';
import { type WorkflowDefinition, type WorkflowEvent, type WorkflowState, workflowLanguage } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';
import { type Happening, happenings, linkedSource, payload, workflowSource } from './support/arbitrary.js';
import { beginOf, Drive, githubEvent, linkedOf } from './support/drive.js';

const { program } = workflowLanguage;
const RUNS = 200;
/** Machines that are busy with other things are slow. */
const TIMEOUT_MS = 60_000;
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
  readonly asked = new Set<string>();
  migrations = 0;
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
    checkLimits(this.state.jobs);
    if (this.inputs.length % 5 === 0) {
      const seen = program.view?.(this.definition, this.state);
      expect(seen).toStrictEqual(rewritten(seen));
    }
    for (const event of decision.events) {
      const told = program.narrate?.(this.definition, this.state, event);
      expect(told).toStrictEqual(rewritten(told));
    }
    const finishes = decision.effects.filter(({ type }) => type === 'finish');
    expect(finishes.length).toBeLessThanOrEqual(1);
    if (finishes.length > 0) expect(decision.effects.at(-1)?.type).toBe('finish');
    for (const effect of decision.effects) {
      if (effect.type === 'call') expect(inFlight.has(effect.callId)).toBe(false);
      if (effect.type === 'acquire') this.asked.add(effect.lockId);
      if (effect.type === 'release') expect(this.asked.has(effect.lockId)).toBe(true);
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
      case 'grant':
      case 'revoke': {
        const open = [...this.locks].filter(([, held]) => !held || happening.kind === 'revoke');
        const [lock] = open[happening.pick % Math.max(1, open.length)] ?? [];
        if (lock === undefined) return;
        if (happening.kind === 'grant') this.grant(lock);
        else this.revoke(lock, 'another has taken its place');
        return;
      }
      case 'grantAgain': {
        const held = [...this.locks].filter(([, isHeld]) => isHeld);
        const [lock] = held[happening.pick % Math.max(1, held.length)] ?? [];
        if (lock === undefined) return;
        expect(this.take({ type: 'lockGranted', lockId: callId(lock) }).events).toEqual([]);
        return;
      }
      case 'migrate': {
        const migrated = program.migrate?.(this.definition, this.#copy, this.state);
        if (migrated?.ok !== true) throw new Error('it cannot go over to what it is');
        const { migrated: _, ...same } = migrated.state;
        const { migrated: __, ...before } = this.state;
        expect(same).toStrictEqual(before);
        this.migrations += 1;
        this.state = deepFreeze(migrated.state);
        return;
      }
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
      const lock = this.wanted;
      if (call !== undefined) this.settle(call);
      else if (lock !== undefined) this.grant(lock);
      else if (this.nextDeadline !== undefined) this.advance(this.nextDeadline - this.now);
      else throw new Error('the run waits for nothing, and has not ended');
    }
  }
}

/** No more combinations are on their way than their matrix says, and no job of a workflow whose group is waited for. */
function checkLimits(jobs: WorkflowState['jobs']): void {
  for (const job of jobs) {
    if (job?.phase === 'matrix') {
      const open = job.jobs.filter((one) => one !== null && one.phase !== 'ended').length;
      expect(open).toBeLessThanOrEqual(job.maxParallel ?? 256);
      checkLimits(job.jobs);
    } else if (job?.phase === 'calling') {
      if (job.queue?.held === false) expect(job.jobs.every((one) => one === null)).toBe(true);
      checkLimits(job.jobs);
    }
  }
}

/** Half of them have what there was from the first version on, with nothing built in. */
const source = fc.oneof(
  workflowSource.map((text) => ({ source: text, files: new Map<string, string>() })),
  linkedSource,
);
const scenario = fc.record({ source, body: payload, happenings });

function runOf({
  source: { source: text, files },
  body,
  happenings: all,
}: {
  source: { readonly source: string; readonly files: ReadonlyMap<string, string> };
  body: object;
  happenings: readonly Happening[];
}): CheckedDrive {
  const drive = new CheckedDrive(linkedOf(text, files), body);
  drive.start();
  for (const happening of all) drive.happen(happening);
  drive.finish();
  return drive;
}

/** What stands before a job in its path, and its id. */
function split(path: string): readonly [string, string] {
  const at = path.lastIndexOf('/') + 1;
  return [path.slice(0, at), path.slice(at).replace(/\(\d+\)$/, '')];
}

/** The jobs of the workflow that a path leads to. */
function jobsIn(definition: WorkflowDefinition, outer: string): WorkflowDefinition['jobs'] {
  let { jobs } = definition;
  for (const segment of outer.split('/').slice(0, -1)) {
    const id = segment.replace(/\(\d+\)$/, '');
    jobs = jobs.find((job) => job.id === id)?.workflow?.jobs ?? [];
  }
  return jobs;
}

describe('whatever happens to a run of whatever workflow', { timeout: TIMEOUT_MS }, () => {
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
      'ActionStarted',
      'CancelRequested',
      'HashAsked',
      'HashTaken',
      'JobCompleted',
      'JobExpanded',
      'JobQueued',
      'JobSkipped',
      'JobStarted',
      'JobStopRequested',
      'RunNamed',
      'RunRefused',
      'StepCompleted',
      'StepSkipped',
      'StepStarted',
      'WorkflowAdmitted',
      'WorkflowCalled',
      'WorkflowQueued',
      'acquire',
      'call',
      'cancelCall',
      'finish',
      'job cancelled',
      'job failure',
      'job skipped',
      'job success',
      'release',
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
        const { definition, begin, events, state, migrations } = runOf(given);
        if (migrations > 0) return;
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
            const [outer = '', id = ''] = split(event.job);
            const needs = jobsIn(definition, outer).find((job) => job.id === id)?.needs ?? [];
            expect(needs.every((need) => ended.has(outer + need))).toBe(true);
          }
          if (event.type !== 'JobSkipped' && event.type !== 'JobCompleted') continue;
          expect(ended.has(event.job)).toBe(false);
          ended.add(event.job);
        }
        expect([...ended].filter((path) => !/[/(]/.test(path)).sort()).toEqual(
          definition.jobs.map(({ id }) => id).sort(),
        );
        const ids = effects.flatMap((effect) => {
          if (effect.type === 'call') return [effect.callId];
          return effect.type === 'acquire' ? [effect.lockId] : [];
        });
        expect(new Set(ids).size).toBe(ids.length);
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
