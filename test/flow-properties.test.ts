import fc from 'fast-check';
import { callId, type JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from '../src/flow/definition.js';
import { flowProgram } from '../src/flow/program.js';
import type { FlowState } from '../src/flow/state.js';
import { type FlowHappening, flow, flowHappenings, flowInput } from './support/flow-arbitrary.js';
import { FlowDrive, rewritten } from './support/flow-drive.js';

const RUNS = Number(process.env['TAU_FLOW_RUNS'] ?? 250);
/** Far more than any generated run can need. */
const ROUNDS_MAX = 20_000;

interface Given {
  readonly definition: FlowDefinition;
  readonly input: JsonObject;
  readonly happenings: readonly FlowHappening[];
}

const scenario: fc.Arbitrary<Given> = fc.record({ definition: flow, input: flowInput, happenings: flowHappenings });

function happen(drive: FlowDrive, happening: FlowHappening): void {
  switch (happening.kind) {
    case 'settle': {
      const call = [...drive.calls.keys()][happening.pick % Math.max(1, drive.calls.size)];
      if (call !== undefined) drive.settle(call, happening.outcome);
      return;
    }
    case 'settleAgain': {
      const call = drive.over[happening.pick % Math.max(1, drive.over.length)];
      if (call === undefined) return;
      const before = drive.nextDeadline;
      const { events } = drive.take({ type: 'callSettled', callId: callId(call), outcome: happening.outcome });
      // A call that is over is of no interest any more, whatever it says; only time may have gone on.
      if (before === undefined || before > drive.now) expect(events).toEqual([]);
      return;
    }
    case 'lock': {
      const lock = [...drive.locks.keys()][happening.pick % Math.max(1, drive.locks.size)];
      if (lock === undefined) return;
      if (happening.revoke) drive.revoke(lock);
      else drive.grant(lock);
      return;
    }
    case 'advance':
      drive.advance(happening.ms);
      return;
    case 'edit': {
      const open = drive.view()['open'] as readonly { readonly at: string; readonly kind: string }[];
      const graphs = open.filter(({ kind }) => kind === 'graph');
      const at = graphs[happening.pick % Math.max(1, graphs.length)]?.at;
      drive.edit(at === undefined ? happening.edit : { ...happening.edit, at });
      return;
    }
    case 'begin':
      drive.begin();
      return;
    case 'cancel':
      drive.cancel();
      return;
    case 'message':
      drive.take({ type: 'message', content: happening.content });
  }
}

/** Answers what is in flight until the run has ended. */
function finish(drive: FlowDrive): void {
  for (let round = 0; drive.outcome === undefined; round += 1) {
    if (round > ROUNDS_MAX) throw new Error('the run does not end');
    const [call] = drive.calls.keys();
    const [lock] = [...drive.locks].find(([, how]) => how === 'waiting') ?? [];
    if (call !== undefined) drive.ok(call, { action: 'approve', n: 1 });
    else if (lock !== undefined) drive.grant(lock);
    else if (drive.nextDeadline !== undefined) drive.advance(drive.nextDeadline - drive.now);
    else if (hasReceiver(drive)) drive.take({ type: 'message', content: { n: 1, text: '"any"' } });
    else throw new Error('the run waits for nothing, and has not ended');
  }
}

function hasReceiver(drive: FlowDrive): boolean {
  const { open, more } = drive.view() as {
    readonly open: readonly { readonly kind: string }[];
    readonly more?: number;
  };
  return more !== undefined || open.some(({ kind }) => kind === 'receive');
}

/** A run, with all that `FlowDrive` checks at each input. */
function runOf({ definition, input, happenings }: Given): FlowDrive {
  const drive = new FlowDrive(definition, input);
  drive.begin();
  for (const happening of happenings) happen(drive, happening);
  finish(drive);
  return drive;
}

describe('whatever happens to a run of whatever flow', () => {
  test('it decides the same again, stays plain JSON, asks once for each call, and ends once', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const drive = runOf(given);
        expect(drive.nextDeadline).toBeUndefined();
        expect(drive.effects.filter(({ type }) => type === 'finish')).toHaveLength(1);
        expect(drive.effects.at(-1)?.type).toBe('finish');
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('the scenarios reach every event and outcome', () => {
    const seen = new Set<string>();
    for (const given of fc.sample(scenario, { numRuns: 4 * RUNS, seed: 1 })) {
      const { events, effects, outcome } = runOf(given);
      for (const { type } of events) seen.add(type);
      for (const { type } of effects) seen.add(type);
      seen.add(`run ${outcome?.kind}`);
    }
    expect([...seen].sort()).toEqual([
      'Answered',
      'Asked',
      'CancelRequested',
      'EditRefused',
      'GraphStarted',
      'ItemsListed',
      'LockClaimed',
      'LockGranted',
      'MessageKept',
      'MessageRefused',
      'MessageTaken',
      'NodeCancelled',
      'NodeEnded',
      'NodeFailed',
      'NodeStarted',
      'NodeStopping',
      'StateEdited',
      'Stepped',
      'TimersChecked',
      'UndoStarted',
      'WaitStarted',
      'acquire',
      'call',
      'cancelCall',
      'finish',
      'release',
      'run cancelled',
      'run failed',
      'run ok',
    ]);
  });

  test('evolve takes the events of any other run without throwing', () => {
    fc.assert(
      fc.property(scenario, scenario, fc.nat(), (given, other, keep) => {
        const { definition, events } = runOf(given);
        const foreign = runOf(other).events;
        let state: FlowState = new FlowDrive(definition, given.input).state;
        for (const [index, event] of [...events.slice(0, keep % 20), ...foreign, ...events].entries()) {
          state = flowProgram.evolve(definition, state, event);
          flowProgram.narrate?.(definition, state, event);
          if (index % 7 === 0) expect(state).toStrictEqual(rewritten(state));
        }
      }),
      { numRuns: Math.floor(RUNS / 4), endOnFailure: true },
    );
  });

  test('no more run at once than there are workers, and outputs keep the order of the items', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(70), fc.array(fc.nat()), (workers, count, picks) => {
        const items = Array.from({ length: count }, (_, index) => index);
        const drive = new FlowDrive(
          {
            format: 1,
            name: 'map',
            root: {
              kind: 'map',
              over: 'input.items',
              workers,
              node: { kind: 'task', call: 'tool:a', input: { i: '${{ item }}' } },
            },
          },
          { items },
        ).begin();
        for (let turn = 0; drive.outcome === undefined; turn += 1) {
          expect(drive.calls.size).toBeLessThanOrEqual(workers);
          const open = [...drive.calls.values()];
          const call = open[(picks[turn % Math.max(1, picks.length)] ?? 0) % open.length];
          if (call === undefined) throw new Error('nothing runs');
          drive.ok(call.callId, call.input['i'] ?? null);
        }
        expect(drive.outcome).toEqual({ kind: 'ok', output: items });
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test('the order in which the calls of a step settle changes nothing', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }), (order) => {
        const names = ['a', 'b', 'c', 'd', 'e'];
        const drive = new FlowDrive({
          format: 1,
          name: 'order',
          root: {
            kind: 'graph',
            state: { log: { reducer: 'append' }, last: { reducer: 'last' } },
            nodes: Object.fromEntries(names.map((name) => [name, { kind: 'task', call: 'tool:a' } as const])),
            edges: [],
            entry: names,
          },
        }).begin();
        for (const index of order) drive.ok(names[index] ?? '', { log: index, last: index });
        expect(drive.outcome).toEqual({ kind: 'ok', output: { log: [0, 1, 2, 3, 4], last: 4 } });
      }),
    );
  });
});
