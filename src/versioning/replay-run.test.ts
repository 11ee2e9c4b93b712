import {
  callId,
  type Executable,
  errorData,
  instant,
  type Json,
  type Program,
  type ProgramInput,
  type RunBegin,
  runId,
} from 'tau-core';
import { describe, expect, test } from 'vitest';
import { workflowLanguage } from '../workflow/language.js';
import { divergenceError } from './divergence.js';
import { type RecordedDecision, replayRun } from './replay-run.js';

const BEGIN: RunBegin = { runId: runId('r'), sessionId: 's', input: {}, startedAt: instant(1_000) };

/** Decides a run's inputs, and journals them as hosts do: by way of JSON. */
function recordsOf<D, S, E>(
  { language: { program }, definition }: Executable<D, S, E>,
  inputs: readonly ProgramInput[],
): { readonly state: S; readonly records: readonly RecordedDecision<E>[] } {
  let state = program.initial(definition, BEGIN);
  const records = inputs.map((input, index) => {
    const timeMs = 1_000 + index;
    const { events, effects } = program.decide(definition, state, input, instant(timeMs));
    for (const event of events) state = program.evolve(definition, state, event);
    return JSON.parse(JSON.stringify({ seq: index + 1, timeMs, input, events, effects })) as RecordedDecision<E>;
  });
  return { state, records };
}

function workflow(jobs: string) {
  const parsed = workflowLanguage.parse(`on: push\njobs: { ${jobs} }`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return { language: workflowLanguage, definition: parsed.definition };
}

const settled = (call: string): ProgramInput => ({
  type: 'callSettled',
  callId: callId(call),
  outcome: { kind: 'ok', output: { n: 1 } },
});
const INPUTS: readonly ProgramInput[] = [{ type: 'begin' }, settled('a.0'), settled('a.1')];

describe('replayRun', () => {
  const first = workflow('a: { steps: [{ uses: x/one@v1 }, { uses: x/two@v1, with: { n: 1 } }] }');

  test('gives the state of the live run under the same definition', () => {
    const { state, records } = recordsOf(first, INPUTS);
    expect(records.length).toBe(3);
    expect(records[2]?.events.length).toBeGreaterThan(0);
    expect(replayRun(first, BEGIN, records)).toEqual({ ok: true, state, decisions: 3 });
    const { records: begun } = recordsOf(first, INPUTS.slice(0, 1));
    expect(replayRun(first, BEGIN, begun)).toMatchObject({ ok: true, decisions: 1 });
  });

  test('goes through with a definition whose change the run has not come to, or that changes only how calls are made', () => {
    const { records } = recordsOf(first, INPUTS.slice(0, 2));
    const later = workflow(
      'a: { steps: [{ uses: x/one@v1 }, { uses: x/two@v1, with: { n: 1 } }, { uses: x/three@v1 }] }',
    );
    expect(replayRun(later, BEGIN, records)).toMatchObject({ ok: true });
    const slower = workflow(
      'a: { steps: [{ uses: x/one@v1, timeout-minutes: 3 }, { uses: x/two@v1, with: { n: 1 } }] }',
    );
    const begun = recordsOf(first, INPUTS.slice(0, 1)).records.map((record) => ({ ...record, events: [] }));
    const slow = recordsOf(slower, INPUTS.slice(0, 1)).records;
    expect(
      replayRun(
        slower,
        BEGIN,
        slow.map((record, index) => ({ ...record, effects: begun[index]?.effects ?? [] })),
      ),
    ).toMatchObject({
      ok: true,
    });
  });

  test('says which decision comes out otherwise, what it had done and would do, and what to do about it', () => {
    const { records } = recordsOf(first, INPUTS);
    const changed = workflow('a: { steps: [{ uses: x/one@v1 }, { uses: x/other@v1, with: { n: 2 } }] }');
    const replayed = replayRun(changed, BEGIN, records);
    if (replayed.ok) throw new Error('it must diverge');
    const { divergence } = replayed;
    expect(divergence).toMatchObject({ seq: 2, timeMs: 1_001 });
    expect(divergence.text).toMatchInlineSnapshot(`
      "decision 2, on the end (ok) of call a.0, comes out otherwise, first at /events/1/uses:
          events[0] StepCompleted {"job":"a","step":"0","outcome":"success","conclusion":"success"}
        - events[1] StepStarted {"job":"a","step":"1","uses":"x/two@v1"}
        + events[1] StepStarted {"job":"a","step":"1","uses":"x/other@v1"}
        - effects[0] call {"callId":"a.1","capability":"action:x/two@v1","input":{"n":1}}
        + effects[0] call {"callId":"a.1","capability":"action:x/other@v1","input":{"n":2}}
      In detail:
        /events/1/uses: "x/two@v1" -> "x/other@v1"
        /effects/0/capability: "action:x/two@v1" -> "action:x/other@v1"
        /effects/0/input/n: 1 -> 2
      What to do, one of these:
      - leave the run with the version that it began with: hosts do so by themselves, and new runs take the new one;
      - guard the change by a patch marker (\`patches\` and \`patched('...')\` of flows), so that only new runs see it;
      - bring the run over by \`migrateRun\`, which changes its state instead of its past."
    `);
    expect(divergenceError(divergence)).toMatchObject({
      id: 'TAU-4011',
      message: expect.stringContaining('decision 2, on the end (ok) of call a.0'),
      details: { seq: 2, at: divergence.at },
    });
  });

  test('compares calls where the journal has no effects, and nothing where it has neither', () => {
    const { records } = recordsOf(first, INPUTS.slice(0, 1));
    const calls = records.map(({ effects, ...record }) => ({
      ...record,
      calls: (effects ?? []).flatMap((effect) => (effect.type === 'call' ? [{ ...effect, attempt: 1 }] : [])),
      cancelled: [],
    }));
    expect(calls[0]?.calls).toHaveLength(1);
    expect(replayRun(first, BEGIN, calls)).toMatchObject({ ok: true });
    const other = workflow('a: { steps: [{ uses: x/other@v1 }] }');
    const bare = records.map(({ effects: _, ...record }) => record);
    const asEvents = recordsOf(other, INPUTS.slice(0, 1)).records[0]?.events ?? [];
    const mixed = calls.map((record) => ({ ...record, events: asEvents }));
    expect(replayRun(other, BEGIN, mixed)).toMatchObject({ ok: false, divergence: { at: '/calls/0/capability' } });
    expect(
      replayRun(
        other,
        BEGIN,
        bare.map((record) => ({ ...record, events: asEvents })),
      ),
    ).toMatchObject({ ok: true });
  });
});

interface Counted {
  readonly type: 'counted';
  readonly by: number;
  readonly note?: string | undefined;
}
type Counter = Program<{ readonly by: number }, number, Counted>;

const counter: Counter = {
  kind: 'counter',
  initial: () => 0,
  decide: ({ by }, state) => {
    if (by < 0) throw new Error('less than nothing');
    return {
      events: Array.from({ length: 30 }, (_, index) => ({ type: 'counted', by: index < 25 ? 1 : by, note: undefined })),
      effects: [{ type: 'finish', outcome: { kind: 'ok', output: state } }],
    };
  },
  evolve: (_, state, event) => state + event.by,
  nextDeadline: () => undefined,
};
const counting = (by: number): Executable<{ readonly by: number }, number, Counted> => ({
  language: { ...workflowLanguage, program: counter } as unknown as Executable<
    { readonly by: number },
    number,
    Counted
  >['language'],
  definition: { by },
});

describe('any program', () => {
  const { records, state } = recordsOf(counting(2), [{ type: 'begin' }, { type: 'message', content: 'x' as Json }]);

  test('members that JSON leaves out make no difference', () => {
    expect(replayRun(counting(2), BEGIN, records)).toEqual({ ok: true, state, decisions: 2 });
  });

  test('a long decision is shown around its first difference', () => {
    const replayed = replayRun(counting(3), BEGIN, records);
    if (replayed.ok) throw new Error('it must diverge');
    expect(replayed.divergence.at).toBe('/events/25/by');
    const lines = replayed.divergence.text.split('\n');
    expect(lines.slice(0, 7)).toEqual([
      'decision 1, on its beginning, comes out otherwise, first at /events/25/by:',
      '    ... 22 before, which are equal',
      '    events[22] counted {"by":1}',
      '    events[23] counted {"by":1}',
      '    events[24] counted {"by":1}',
      '  - events[25] counted {"by":2}',
      '  + events[25] counted {"by":3}',
    ]);
    expect(lines.length).toBeLessThan(40);
  });

  test('a program that fails now is a difference, and no bug of the host', () => {
    const replayed = replayRun(counting(-1), BEGIN, records);
    if (replayed.ok) throw new Error('it must diverge');
    expect(replayed.divergence.text.split('\n')[0]).toBe(
      'decision 1, on its beginning, comes out otherwise: the program fails: less than nothing',
    );
    expect(replayed.divergence.decided).toEqual({ failure: 'less than nothing' });
  });

  test('an outcome that changes is a difference', () => {
    const failed = { kind: 'failed', error: errorData('STEP_FAILED', 'no') } as const;
    const changed = records.map((record, index) =>
      index === 0 ? { ...record, effects: [{ type: 'finish' as const, outcome: failed }] } : record,
    );
    expect(replayRun(counting(2), BEGIN, changed)).toMatchObject({
      ok: false,
      divergence: { seq: 1, at: '/effects/0/outcome/error' },
    });
  });
});
