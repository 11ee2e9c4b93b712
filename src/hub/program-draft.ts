import {
  callId,
  type Decision,
  HOST_CAPABILITIES,
  type Instant,
  type JsonObject,
  type Outcome,
  type ProgramEffect,
} from 'tau-core';
import type { HubDelivery } from './definition.js';
import { hubMachine } from './machine.js';
import type { HubEffect, HubInput } from './port.js';
import { addressOf } from './program-message.js';
import { evolve, type HubProgramEvent, type HubProgramState } from './program-state.js';
import { type HubMessage, recipientAt } from './state.js';

/** Other hubs and runs take a message at once: that is their host's doing. */
const REPLY_TIMEOUT_MS = 30_000;

type DeliverEffect = Extract<HubEffect, { type: 'deliver' }>;

/** A decision of the program in the making: what its machine decides, as calls of the host. */
export class ProgramDraft {
  readonly #now: Instant;
  readonly #events: HubProgramEvent[] = [];
  readonly #effects: ProgramEffect[] = [];
  #state: HubProgramState;

  constructor(state: HubProgramState, now: Instant) {
    this.#state = state;
    this.#now = now;
  }

  get state(): HubProgramState {
    return this.#state;
  }

  happen(event: HubProgramEvent): void {
    this.#events.push(event);
    this.#state = evolve(this.#state, event);
  }

  ask(effect: ProgramEffect): void {
    this.#effects.push(effect);
  }

  decision(): Decision<HubProgramEvent, ProgramEffect> {
    return { events: this.#events, effects: this.#effects };
  }

  /** Tells the machine, and does what it asks for. */
  tell(input: HubInput): void {
    const { events, effects } = hubMachine.decide(this.#state.hub, input, this.#now);
    const places = this.#state.hub.recipients;
    for (const event of events) this.happen(event);
    for (const effect of effects) this.#release(effect, places);
  }

  #release(effect: HubEffect, before: HubProgramState['hub']['recipients']): void {
    switch (effect.type) {
      case 'deliver':
        return this.#deliver(effect, recipientAt(this.#state.hub, effect.place));
      case 'withdraw':
        return this.#withdraw(effect.deliveryId, effect.reason, before);
      case 'receipt':
      case 'answer': {
        const { way, runId, id } = addressOf(effect.ref);
        const { outcome } = effect;
        // The other hub has the settlement of its own call as its receipt.
        if (way === 'bridge' && effect.type === 'receipt') return;
        const hub = this.#state.hub.id;
        if (way === 'bridge')
          return this.#send(runId, { op: 'forwarded', hub, deliveryId: id, outcome: plain(outcome) });
        return this.#send(runId, { op: effect.type, hub, id, outcome: plain(outcome) });
      }
    }
  }

  #deliver(
    { deliveryId, message, gap, timeoutMs }: DeliverEffect,
    recipient:
      | {
          readonly kind: 'agent' | 'bridge';
          readonly name: string;
          readonly capability?: string;
          readonly runId?: string;
        }
      | undefined,
  ): void {
    if (recipient === undefined) return;
    const { kind, name, capability = `agent:${name}`, runId } = recipient;
    this.happen({ type: 'DeliveryCalled', callId: deliveryId, kind });
    const call = { type: 'call', callId: callId(deliveryId) } as const;
    if (kind === 'agent' && runId === undefined) {
      const time = timeoutMs === undefined ? {} : { timeoutMs };
      return this.ask({ ...call, capability, input: deliveryOf(message, gap), ...time });
    }
    const input =
      kind === 'agent'
        ? { runId: runId ?? '', content: this.#told(deliveryId, deliveryOf(message, gap), timeoutMs) }
        : this.#forward(runId ?? '', deliveryId, message, timeoutMs);
    // To another run the call only hands it over.
    this.ask({ ...call, capability: HOST_CAPABILITIES.sendInput, input, timeoutMs: REPLY_TIMEOUT_MS });
  }

  /** A delivery as the message to an agent that is a run. */
  #told(deliveryId: string, delivery: HubDelivery, timeoutMs: number | undefined): JsonObject {
    const { hub, runId: replyTo } = this.#state;
    const answerable = { deliveryId, replyTo, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    return { op: 'delivery', hub: hub.id, ...delivery, ...(delivery.kind === 'request' ? answerable : {}) };
  }

  #forward(runId: string, deliveryId: string, message: HubMessage, timeoutMs: number | undefined): JsonObject {
    const { uid: _, ref: _ref, deadline: _deadline, visited, ...rest } = message;
    return {
      runId,
      content: {
        op: 'forward',
        message: {
          ...rest,
          visited: [...visited, this.#state.hub.id],
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        },
        ...(message.kind === 'request' ? { deliveryId, replyTo: this.#state.runId } : {}),
      },
    };
  }

  #withdraw(deliveryId: string, reason: string, before: HubProgramState['hub']['recipients']): void {
    if (this.#state.deliveries.some((open) => open.callId === deliveryId)) {
      this.happen({ type: 'DeliveryCallEnded', callId: deliveryId });
      this.ask({ type: 'cancelCall', callId: callId(deliveryId), reason });
    }
    const bridge = before.find(({ kind, inFlight }) => kind === 'bridge' && inFlight[deliveryId]?.kind === 'request');
    if (bridge?.runId === undefined) return;
    this.#send(bridge.runId, { op: 'withdraw', deliveryId, replyTo: this.#state.runId, reason });
  }

  #send(runId: string, content: JsonObject): void {
    const reply = `r${this.#state.repliesAsked + 1}`;
    this.happen({ type: 'ReplyCalled', callId: reply });
    this.ask({
      type: 'call',
      callId: callId(reply),
      capability: HOST_CAPABILITIES.sendInput,
      input: { runId, content },
      timeoutMs: REPLY_TIMEOUT_MS,
    });
  }
}

/** What an agent is given. */
export function deliveryOf(message: HubMessage, gap: number): HubDelivery {
  const { uid: _, visited: _visited, ref: _ref, deadline: _deadline, ...rest } = message;
  return { ...rest, ...(gap === 0 ? {} : { gap }) };
}

/** An outcome is plain JSON; its type has no index signature. */
function plain(outcome: Outcome): JsonObject {
  return { ...outcome } as unknown as JsonObject;
}
