import { HOST_CAPABILITIES, type Outcome, offeredActions } from 'tau-core';
import { jsonToText, kernelv1, outcomeToProto } from 'tau-core/contract';
import { callsByAge } from '../machines/region/open-calls.js';
import type { CallState, EndedRun, RegionState, RunState } from '../machines/region/state.js';
import type { CommittedEvent } from '../shell/record-codec.js';
import { contentToProto } from './content.js';

/** How many contexts, runs and ids a list answers with at most when the caller names no page size. */
export const PAGE_SIZE = { default: 100, max: 1_000 } as const;

const ACTIVE_STATUS: { readonly [Phase in RunState['phase']]: kernelv1.RunStatus } = {
  running: kernelv1.RunStatus.RUNNING,
  paused: kernelv1.RunStatus.PAUSED,
  cancelling: kernelv1.RunStatus.CANCELLING,
};

export function sessionView(state: RegionState): kernelv1.Session {
  const { session } = state;
  return {
    sessionId: state.id,
    durability: session?.durable === true ? kernelv1.Durability.DURABLE : kernelv1.Durability.VOLATILE,
    seq: state.seq,
    runsActive: state.runs.size,
    runsTotal: state.runsTotal,
    context: (session?.context ?? []).map(contentToProto),
    createdMs: session?.createdMs ?? 0,
    deleted: session?.deleted ?? false,
    forkedFrom: session?.forkedFrom ?? '',
  };
}

/** A run as clients see it, in progress or ended; undefined when the region does not remember it. */
export function runView(state: RegionState, runId: string): kernelv1.Run | undefined {
  const active = state.runs.get(runId);
  if (active !== undefined) return activeView(state, active);
  const ended = state.ended.get(runId);
  return ended === undefined ? undefined : endedView(state, ended);
}

/** Every run that the region remembers. */
export function runViews(state: RegionState): kernelv1.Run[] {
  const views = [...state.runs.values()].map((run) => activeView(state, run));
  for (const run of state.ended.values()) views.push(endedView(state, run));
  return views;
}

export function runEventView({ seq, type, prevSeq, subject, wallMs, hlc, json }: CommittedEvent): kernelv1.RunEvent {
  return {
    seq,
    prevSeq,
    runId: subject,
    type,
    timeMs: wallMs,
    hlc,
    dataJson: json,
  };
}

function activeView(state: RegionState, run: RunState): kernelv1.Run {
  const interrupts: kernelv1.Interrupt[] = [];
  for (const call of callsByAge(run.calls)) {
    if (call.question === undefined) continue;
    interrupts.push({
      interruptId: call.callId,
      version: call.question.version,
      question: call.question.text,
      answerSchemaJson: call.question.schema === undefined ? '' : jsonToText(call.question.schema),
      askedMs: call.question.askedMs,
      actions: [...(actionsOf(call) ?? [])],
    });
  }
  return {
    ...commonView(state, run),
    status: ACTIVE_STATUS[run.phase],
    outcome: undefined,
    startedMs: run.begin.startedAt,
    endedMs: 0,
    interrupts,
  };
}

/** A handler's question takes any answer. */
function actionsOf({ capability, input }: CallState): readonly string[] | undefined {
  return capability === HOST_CAPABILITIES.ask ? offeredActions(input) : undefined;
}

function endedView(state: RegionState, run: EndedRun): kernelv1.Run {
  return {
    ...commonView(state, run),
    status: endedStatus(run.outcome),
    outcome: outcomeToProto(run.outcome),
    startedMs: run.startedMs,
    endedMs: run.endedMs,
    interrupts: [],
  };
}

function endedStatus(outcome: Outcome): kernelv1.RunStatus {
  if (outcome.kind === 'ok') return kernelv1.RunStatus.SUCCEEDED;
  return outcome.kind === 'cancelled' ? kernelv1.RunStatus.CANCELLED : kernelv1.RunStatus.FAILED;
}

function commonView(state: RegionState, run: RunState | EndedRun) {
  return {
    runId: run.runId,
    sessionId: state.id,
    definitionName: run.definition.name,
    definitionVersion: run.definition.version,
    program: run.definition.program,
    firstSeq: run.firstSeq,
    lastSeq: run.lastSeq,
    deadlineMs: run.deadlineMs,
    usage: { tokens: run.usage.tokens, costMicros: run.usage.costMicros },
    calls: run.callsTotal,
    cause: run.cause,
    forkedFrom: run.forkedFrom ?? '',
  };
}
