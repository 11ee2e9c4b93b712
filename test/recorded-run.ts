import { type Executable, instant, type JsonObject, type ProgramInput, type RunBegin, type RunId } from 'tau-core';
import { corev1, kernelv1 } from 'tau-core/contract';
import { versionOf } from 'tau-orchestrate';
import type { FakeAnswers } from './fake-kernel.js';

export const RECORDED_MS = 1_767_225_600_000;

/** A run as a kernel would have journaled it, from number 10 on: its definition is adopted at 9. */
export interface RecordedRun {
  readonly run: kernelv1.Run;
  readonly answers: FakeAnswers;
}

/** Tells a program its inputs, one second after the other, and journals what it decides. */
export function recordedRun<Definition, State, Event>(
  { language: { program }, definition }: Executable<Definition, State, Event>,
  inputs: readonly ProgramInput[],
  fields: Partial<kernelv1.Run> & { readonly input?: JsonObject } = {},
): RecordedRun {
  const { input = {}, ...ofRun } = fields;
  const { runId = 'r1', sessionId = 'local', definitionName = 'flows/review.flow.json' } = ofRun;
  const version = versionOf(program.kind, definition);
  const named = { name: definitionName, program: program.kind, version };
  const begin: RunBegin = {
    runId: runId as RunId,
    sessionId: 'local' as never,
    input,
    startedAt: instant(RECORDED_MS),
  };
  const events = [recordedEvent(10, runId, 'run.started', { definition: named, begin: { ...begin } as never })];
  let state = program.initial(definition, begin);
  for (const [index, told] of inputs.entries()) {
    const seq = 11 + index;
    const decision = program.decide(definition, state, told, instant(RECORDED_MS + index * 1_000));
    for (const event of decision.events) state = program.evolve(definition, state, event);
    const calls = decision.effects.filter(({ type }) => type === 'call');
    events.push(recordedEvent(seq, runId, 'run.advanced', { input: told, events: decision.events, calls } as never));
  }
  const run = kernelv1.Run.fromPartial({
    ...ofRun,
    runId,
    sessionId,
    definitionName,
    definitionVersion: version,
    program: program.kind,
    status: ofRun.status ?? kernelv1.RunStatus.RUNNING,
    firstSeq: 10,
    lastSeq: 10 + inputs.length,
    startedMs: RECORDED_MS,
  });
  const adopted = { type: 'definition.adopted', bound: { ...named, definition } };
  return {
    run,
    answers: {
      'runs.getRun': () =>
        kernelv1.GetRunResponse.fromPartial({
          run,
          viewJson: ofRun.status === undefined ? JSON.stringify(program.view?.(definition, state)) : '',
        }),
      'runs.listRuns': () => ({ runs: [run], nextPageToken: '' }),
      'runs.getRunHistory': historyOf(events),
      'events.subscribe': async function* () {
        yield { events: [placed(9, 'tau.definition.adopted', adopted)], position: 9 };
        yield { events: [placed(10, 'tau.run.started', {})], position: 10 };
        await new Promise(() => undefined);
      },
    },
  };
}

/** Answers of the history service, two events to a page. */
export function historyOf(events: readonly kernelv1.RunEvent[]): FakeAnswers[string] {
  return (({ fromSeq }: kernelv1.GetRunHistoryRequest) => {
    const rest = events.filter(({ seq }) => seq >= fromSeq);
    return { events: rest.slice(0, 2), nextSeq: rest[2]?.seq ?? 0, gap: undefined };
  }) as FakeAnswers[string];
}

export function recordedEvent(seq: number, runId: string, type: string, data: JsonObject): kernelv1.RunEvent {
  return kernelv1.RunEvent.fromPartial({
    seq,
    prevSeq: 0,
    runId,
    type,
    timeMs: RECORDED_MS + (seq - 10) * 1_000,
    dataJson: JSON.stringify({ type, ...data }),
  });
}

function placed(regionSeq: number, type: string, data: object): corev1.Event {
  const body = { id: `local/${regionSeq}`, source: 'tau/local', type, data: JSON.stringify(data), region: 'local' };
  return corev1.Event.fromPartial({ ...body, regionSeq });
}
