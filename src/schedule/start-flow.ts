import { callId, HOST_CAPABILITIES, type JsonObject } from 'tau-core';
import { instantText } from './civil-time.js';
import type { ScheduleDefinition } from './definition.js';
import type { Draft } from './draft.js';
import type { SchedulePlan } from './plan.js';
import type { OpenStart, ScheduleState, Start } from './state.js';

/** What one occurrence does, by its overlap policy. */
export function offer(draft: Draft, start: Start): void {
  if (!isBusy(draft.state) && !goesByBuffer(draft, start)) return launch(draft, start);
  switch (start.overlap) {
    case 'allow':
      return launch(draft, start);
    case 'skip':
      return draft.happen({ type: 'Skipped', start, reason: 'overlap' });
    case 'buffer-one':
      if (inLine(draft.state).length > 0) return draft.happen({ type: 'Skipped', start, reason: 'overlap' });
      return draft.happen({ type: 'Buffered', start });
    case 'buffer-all':
      if (draft.state.buffer.length >= draft.plan.bufferMax)
        return draft.happen({ type: 'Skipped', start, reason: 'buffer-full' });
      return draft.happen({ type: 'Buffered', start });
    case 'cancel-previous':
      for (const open of Object.values(draft.state.open)) {
        if (open.waits) withdraw(draft, open, `the occurrence of ${instantText(start.at)} takes its place`);
      }
      return launch(draft, start);
  }
}

/** A trigger takes its place behind what waits for the end of a pause, where there is room, and is drained from there at once. */
function goesByBuffer({ plan, state: { buffer } }: Draft, { cause, overlap }: Start): boolean {
  return cause === 'trigger' && overlap === 'buffer-all' && buffer.length > 0 && buffer.length < plan.bufferMax;
}

/** Starts what waits, one at a time. */
export function drainBuffer(draft: Draft): void {
  const [first] = inLine(draft.state);
  if (first !== undefined && !isRunning(draft.state)) launch(draft, first);
}

export function withdraw(draft: Draft, open: OpenStart, reason: string): void {
  draft.happen({ type: 'Withdrawn', callId: open.callId, reason });
  draft.ask({ type: 'cancelCall', callId: callId(open.callId), reason });
}

/** Whether something runs, or is about to, that another occurrence would overlap. */
export function isBusy(state: ScheduleState): boolean {
  return inLine(state).length > 0 || isRunning(state);
}

/** What starts as soon as nothing runs: while it is paused, only what somebody asked for. */
function inLine({ buffer, paused }: ScheduleState): readonly Start[] {
  return paused === undefined ? buffer : buffer.filter(({ cause }) => cause !== 'time');
}

function isRunning({ open }: ScheduleState): boolean {
  return Object.values(open).some(({ waits }) => waits);
}

/** Whether no further start may be under way at once. */
export function isFull(draft: Draft): boolean {
  return Object.keys(draft.state.open).length >= draft.plan.runningMax;
}

function launch(draft: Draft, start: Start): void {
  const { definition } = draft.plan;
  const waits = start.overlap !== 'allow' || definition.pauseOnFailure === true;
  draft.happen({ type: 'Started', start: { ...start, waits } });
  const { timeoutMs } = definition.start;
  draft.ask({
    type: 'call',
    callId: callId(start.callId),
    capability: HOST_CAPABILITIES.startRun,
    input: runInput(definition, draft.state.id, { ...start, waits }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

function runInput(definition: ScheduleDefinition, id: string, start: OpenStart): JsonObject {
  const { definition: name, input, event, sessionId } = definition.start;
  const at = instantText(start.at);
  return {
    definition: name,
    ...(input === undefined ? {} : { input }),
    event: {
      id: start.key,
      source: event?.source ?? `schedule/${id}`,
      type: event?.type ?? 'tau.schedule.occurred',
      ...(event?.subject === undefined ? {} : { subject: event.subject }),
      time: at,
      data: event?.data ?? JSON.stringify({ schedule: definition.name, at, cause: start.cause }),
    },
    ...(sessionId === undefined ? {} : { sessionId }),
    key: start.key,
    wait: start.waits,
  };
}

/** Whether the next occurrence of time waits for one of those that are under way to end. */
export function mustWaitForRoom(plan: SchedulePlan, state: ScheduleState): boolean {
  return plan.overlap === 'allow' && Object.keys(state.open).length >= plan.runningMax;
}
