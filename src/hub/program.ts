import {
  type Decision,
  type ErrorData,
  errorData,
  type Instant,
  type Json,
  type JsonObject,
  type Narration,
  NOTHING,
  type Outcome,
  type Program,
  type ProgramEffect,
  type ProgramInput,
} from 'tau-core';
import type { HubDefinition } from './definition.js';
import { hubMachine } from './machine.js';
import { ProgramDraft } from './program-draft.js';
import { isRefused, type ReadMessage, readMessage } from './program-message.js';
import { evolve, type HubProgramEvent, type HubProgramState, initialState, REPLIES_MAX } from './program-state.js';
import { placeOf } from './state.js';

/**
 * A hub as a run: messages of other runs come in as `message` inputs, deliveries are calls of agents' capabilities, receipts and
 * answers go back by the host's `run:send@v1`, and so does what crosses a bridge to another run.
 *
 * Inputs: `begin`, `message` (see `program-message.ts`), `callSettled`, `deadline`, `cancel`. Effects: `call`, `cancelCall`, `finish`.
 * It ends when it is closed or cancelled, once its last replies have arrived.
 */
export const hubProgram: Program<HubDefinition, HubProgramState, HubProgramEvent> = {
  kind: 'hub',
  takesMessages: true,
  refusesMessage: (_definition, state, content) => {
    const message = takenMessage(state, content);
    return isRefused(message) ? message : undefined;
  },
  initial: initialState,
  decide,
  evolve: (_definition, state, event) => evolve(state, event),
  nextDeadline: (_definition, state) => (state.finished === true ? undefined : hubMachine.nextDeadline(state.hub)),
  view,
  narrate,
};

function decide(
  definition: HubDefinition,
  state: HubProgramState,
  input: ProgramInput,
  now: Instant,
): Decision<HubProgramEvent, ProgramEffect> {
  if (state.finished === true) return NOTHING;
  const draft = new ProgramDraft(state, now);
  switch (input.type) {
    case 'begin':
      for (const agent of definition.agents ?? []) draft.tell({ type: 'join', agent });
      for (const bridge of definition.bridges ?? []) draft.tell({ type: 'bridge', bridge });
      break;
    case 'message':
      hear(draft, input);
      break;
    case 'callSettled':
      settle(draft, input.callId, input.outcome);
      break;
    case 'deadline':
      draft.tell({ type: 'deadline' });
      break;
    case 'cancel':
      end(draft, input.reason, true);
      break;
    case 'lockGranted':
    case 'lockRevoked':
    case 'edit':
      return NOTHING;
  }
  finishIfOver(draft);
  return draft.decision();
}

function hear(draft: ProgramDraft, { content }: Extract<ProgramInput, { type: 'message' }>): void {
  const message = takenMessage(draft.state, content);
  if (isRefused(message)) return draft.happen({ type: 'MessageRefused', error: message });
  const { input } = message;
  if (input.type === 'close') end(draft, input.reason, false);
  else draft.tell(input);
}

/** What a message says; an error when it makes no sense, or not now. */
function takenMessage(state: HubProgramState, content: Json): ReadMessage | ErrorData {
  const message = readMessage(content);
  if (isRefused(message)) return message;
  const { input } = message;
  if ('ref' in input && input.ref !== undefined && state.replies.length >= REPLIES_MAX) {
    return errorData('MAILBOX_FULL', `${REPLIES_MAX} replies are on their way: send it again`);
  }
  if (input.type === 'settled' && isWithAgent(state, input.deliveryId)) {
    const problem = `an agent has "${input.deliveryId}" in hand: what it gives is the answer`;
    return errorData('INVALID_ARGUMENT', problem);
  }
  return message;
}

/** Other runs answer what was handed over to a run, and nothing else. */
function isWithAgent({ hub }: HubProgramState, deliveryId: string): boolean {
  const holds = hub.recipients.find(({ inFlight }) => Object.hasOwn(inFlight, deliveryId));
  return holds?.kind === 'agent' && holds.runId === undefined;
}

function settle(draft: ProgramDraft, callId: string, outcome: Outcome): void {
  const { deliveries, replies, hub } = draft.state;
  if (replies.includes(callId)) return draft.happen({ type: 'ReplyCallEnded', callId });
  const delivery = deliveries.find((one) => one.callId === callId);
  if (delivery === undefined) return;
  draft.happen({ type: 'DeliveryCallEnded', callId });
  const isHandedOver = (): boolean =>
    hub.recipients.some(({ runId, inFlight }) => runId !== undefined && inFlight[callId]?.kind === 'request');
  // Another run has the request now; its answer comes as a message.
  if (outcome.kind === 'ok' && isHandedOver()) return;
  draft.tell({ type: 'settled', deliveryId: callId, outcome });
}

function end(draft: ProgramDraft, reason: string, cancelled: boolean): void {
  if (draft.state.ending !== undefined) return;
  draft.happen({ type: 'Ending', reason, cancelled });
  draft.tell({ type: 'close', reason });
}

function finishIfOver(draft: ProgramDraft): void {
  const { ending, replies, hub } = draft.state;
  if (ending === undefined || replies.length > 0) return;
  draft.happen({ type: 'Finished' });
  const outcome: Outcome = ending.cancelled
    ? { kind: 'cancelled', reason: ending.reason }
    : { kind: 'ok', output: { ...hub.counts } };
  draft.ask({ type: 'finish', outcome });
}

function view(_definition: HubDefinition, { hub, messagesRefused, replies }: HubProgramState): JsonObject {
  const recipients = hub.recipients.map((one) => [
    placeOf(one),
    {
      waiting: one.queue.length,
      blocked: one.blocked.length,
      inHand: Object.keys(one.inFlight).length,
      ...(one.gap === 0 ? {} : { gap: one.gap }),
      ...(one.subscriptions.length === 0 ? {} : { subscriptions: one.subscriptions.map(({ topic }) => topic) }),
    },
  ]);
  return {
    hub: hub.id,
    recipients: Object.fromEntries(recipients) as JsonObject,
    openRequests: hub.requests.length,
    repliesOnTheirWay: replies.length,
    counts: { ...hub.counts, messagesRefused },
    ...(hub.closed === true ? { closed: true } : {}),
  };
}

function narrate(_definition: HubDefinition, _state: HubProgramState, event: HubProgramEvent): readonly Narration[] {
  switch (event.type) {
    case 'Delivered':
      return [{ at: event.deliveryId, kind: 'started', label: event.place }];
    case 'HandedOut':
      return event.deliveries.map(({ place, deliveryId }) => ({ at: deliveryId, kind: 'started', label: place }));
    case 'Settled':
      return [
        {
          at: event.deliveryId,
          kind: event.outcome === 'ok' ? 'completed' : event.outcome === 'cancelled' ? 'cancelled' : 'failed',
          label: event.place,
        },
      ];
    default:
      return [];
  }
}
