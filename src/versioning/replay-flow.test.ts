import { callId, type Executable, instant, type ProgramInput, type RunBegin, runId } from 'tau-core';
import { expect, test } from 'vitest';
import type { FlowDefinition, FlowNode } from '../flow/definition.js';
import { flowLanguage } from '../flow/language.js';
import { migrateRun } from './migrate-run.js';
import { type RecordedDecision, replayRun } from './replay-run.js';

const BEGIN: RunBegin = { runId: runId('r'), sessionId: 's', input: {}, startedAt: instant(1_000) };
const program = flowLanguage.program;
type FlowState = ReturnType<typeof program.initial>;
type FlowEvent = Parameters<typeof program.evolve>[2];
type FlowRun = Executable<FlowDefinition, FlowState, FlowEvent>;

const task = (call: string): FlowNode => ({ kind: 'task', call });

/** A chain of two tasks. */
function flow(second: FlowNode, patches: readonly string[] = []): FlowRun {
  const root: FlowNode = {
    kind: 'chain',
    nodes: [
      { name: 'first', node: task('tool:first') },
      { name: 'second', node: second },
    ],
  };
  const source = JSON.stringify({ format: 1, name: 'f', root, ...(patches.length > 0 && { patches }) });
  const parsed = flowLanguage.parse(source, 'f.json');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return { language: flowLanguage, definition: parsed.definition };
}

function journal({ definition }: FlowRun, inputs: readonly ProgramInput[]) {
  let state = program.initial(definition, BEGIN);
  const records = inputs.map((input, seq): RecordedDecision<FlowEvent> => {
    const { events, effects } = program.decide(definition, state, input, instant(1_000 + seq));
    for (const event of events) state = program.evolve(definition, state, event);
    return JSON.parse(
      JSON.stringify({ seq, timeMs: 1_000 + seq, input, events, effects }),
    ) as RecordedDecision<FlowEvent>;
  });
  return { state, records };
}

const INPUTS: readonly ProgramInput[] = [
  { type: 'begin' },
  { type: 'callSettled', callId: callId('first'), outcome: { kind: 'ok', output: { n: 1 } } },
];
const old = flow(task('tool:old'));

test('a changed node diverges where it would be started, and not before', () => {
  const { records } = journal(old, INPUTS);
  const changed = flow({ kind: 'pass' });
  expect(replayRun(old, BEGIN, records)).toMatchObject({ ok: true, decisions: 2 });
  expect(replayRun(changed, BEGIN, records.slice(0, 1))).toMatchObject({ ok: true });
  expect(replayRun(changed, BEGIN, records)).toMatchObject({ ok: false, divergence: { seq: 1 } });
});

test('a change behind a patch marker lets runs go on that began without it, and new runs take it', () => {
  const guarded = flow(
    {
      kind: 'route',
      choose: [{ name: 'new', when: "patched('quick')", node: { kind: 'pass' } }],
      otherwise: task('tool:old'),
    },
    ['quick'],
  );
  const before = flow({
    kind: 'route',
    choose: [{ name: 'new', when: 'false', node: { kind: 'pass' } }],
    otherwise: task('tool:old'),
  });
  const { records } = journal(before, INPUTS);
  expect(records[1]?.effects).toMatchObject([{ type: 'call', capability: 'tool:old' }]);
  expect(replayRun(guarded, BEGIN, records, { beganUnder: before.definition })).toMatchObject({ ok: true });
  expect(replayRun(guarded, BEGIN, records)).toMatchObject({ ok: false });
  expect(journal(guarded, INPUTS).records[1]?.effects).toMatchObject([{ type: 'finish' }]);
});

test('a run is migrated over a change of what it has not come to, and refused where what runs is gone', () => {
  const { state } = journal(old, INPUTS.slice(0, 1));
  expect(migrateRun(old, flow(task('tool:new')), state)).toMatchObject({ ok: true });
  const gone: FlowRun = { language: flowLanguage, definition: { ...old.definition, root: task('tool:only') } };
  expect(migrateRun(old, gone, state)).toMatchObject({ ok: false, error: { id: 'TAU-4012' } });
});
