import { callId, HOST_CAPABILITIES, type JsonObject } from 'tau-core';
import { instantText } from './civil-time.js';
import type { ScheduleDefinition } from './definition.js';
import type { Draft } from './draft.js';
import type { SchedulePlan } from './plan.js';
import type { OpenStart, ScheduleState, Start } from './state.js';

/** What one occurrence does, by its overlap policy. */
export function offer(draft: Draft, start: Start): void {
  if (!isBusy(draft.state)) return launch(draft, start);
  const { buffer } = draft.state;
  switch (start.overlap) {
    case 'allow':
      return launch(draft, start);
    case 'skip':
      return draft.happen({ type: 'Skipped', start, reason: 'overlap' });
    case 'buffer-one':
      if (buffer.length > 0) return draft.happen({ type: 'Skipped', start, reason: 'overlap' });
      return draft.happen({ type: 'Buffered', start });
    case 'buffer-all':
      if (buffer.length >= draft.plan.bufferMax) return draft.happen({ type: 'Skipped', start, reason: 'buffer-full' });
      return draft.happen({ type: 'Buffered', start });
    case 'cancel-previous':
      for (const open of Object.values(draft.state.open)) {
        if (open.waits) withdraw(draft, open, `the occurrence of ${instantText(start.at)} takes its place`);
      }
      return launch(draft, start);
  }
}

/** Starts what waits, one at a time; while it is paused, only what somebody asked for. */
export function drainBuffer(draft: Draft): void {
  const { buffer, paused, open } = draft.state;
  if (Object.values(open).some(({ waits }) => waits)) return;
  const first = buffer.find(({ cause }) => paused === undefined || cause !== 'time');
  if (first !== undefined) launch(draft, first);
}

export function withdraw(draft: Draft, open: OpenStart, reason: string): void {
  draft.happen({ type: 'Withdrawn', callId: open.callId, reason });
  draft.ask({ type: 'cancelCall', callId: callId(open.callId), reason });
}

/** Whether something runs, or waits to, that another occurrence would overlap. */
export function isBusy(state: ScheduleState): boolean {
  return state.buffer.length > 0 || Object.values(state.open).some(({ waits }) => waits);
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
