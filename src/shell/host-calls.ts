import {
  type CloudEvent,
  errorData,
  HOST_CAPABILITIES,
  type Json,
  type JsonObject,
  type Outcome,
  type RunId,
  runId,
  TauError,
  tauError,
  toErrorData,
  type Usage,
} from 'tau-core';
import type { WorkRef } from '../machines/dispatch/state.js';
import type { RegionReply, WorkOrder } from '../machines/region/effects.js';
import type { FrameEffect } from './dispatcher.js';
import { HostChildren } from './host-children.js';
import {
  type Answer,
  durabilityOf,
  type HostDoors,
  type OpenCall,
  refused,
  runOf,
  sourceOf,
  targetOf,
  textOf,
} from './host-doors.js';
import type { RegionLoop } from './region-loop.js';

/** Ends a call, as an extension's result does. */
export type AnswerCall = (ref: WorkRef, outcome: Outcome, usage: Usage | undefined) => void;

/**
 * Serves the capabilities that every host has (`HOST_CAPABILITIES`), but for questions, which regions have open by themselves.
 *
 * A call is answered when what it asked for is durable, and not before. What was not answered when the kernel died is asked
 * again after its restart, with the same key: an event has the call's name as its id, a run as its start key, a message as its
 * key, so that each is taken once.
 */
export class HostCalls {
  readonly #doors: HostDoors;
  readonly #answerCall: AnswerCall;
  readonly #open = new Map<string, OpenCall>();
  readonly #children: HostChildren;

  constructor(doors: HostDoors, answerCall: AnswerCall) {
    this.#doors = doors;
    this.#answerCall = answerCall;
    this.#children = new HostChildren(doors);
  }

  /** Takes what the dispatch machine would send to an extension. */
  perform(effect: FrameEffect): void {
    if (effect.type === 'work') void this.#serve(effect.ref, effect.order);
    else if (effect.type === 'cancel') this.#withdraw(effect.ref, effect.reason);
  }

  /** A run has ended: whoever waits for it looks. */
  ended(id: RunId): void {
    this.#children.ended(id);
  }

  /** After a restart: children whose parents do not wait for them any more are cancelled, as they would have been then. */
  cancelOrphans(): void {
    this.#children.cancelOrphans();
  }

  async #serve(ref: WorkRef, order: WorkOrder): Promise<void> {
    const call: OpenCall = { ref, order, child: undefined, withdrawn: false };
    this.#open.set(ref.workId, call);
    const answer = await this.#answer(call).catch((thrown: unknown): Answer | undefined => {
      const error = toErrorData(thrown);
      // A kernel that is about to stop leaves it open: the next one serves it.
      return error.id === errorData('DRAINING', '').id ? undefined : { outcome: { kind: 'failed', error } };
    });
    if (this.#open.get(ref.workId) === call) this.#open.delete(ref.workId);
    if (answer !== undefined && !call.withdrawn) this.#answerCall(ref, answer.outcome, answer.usage);
  }

  async #answer(call: OpenCall): Promise<Answer> {
    this.#doors.refuseWhileDraining();
    const input = JSON.parse(call.order.inputJson) as JsonObject;
    switch (call.order.capability) {
      case HOST_CAPABILITIES.publish:
        return { outcome: { kind: 'ok', output: { seq: await this.#publish(call.order, input) } } };
      case HOST_CAPABILITIES.startRun:
        return this.#children.start(call, input);
      default:
        await this.#send(call.order, input);
        return { outcome: { kind: 'ok', output: null } };
    }
  }

  async #publish(order: WorkOrder, input: JsonObject): Promise<number> {
    if (textOf(input['type']) === undefined) throw refused(order, '"type" must be the type of an event');
    const { data } = input;
    const correlation = runOf(this.#doors, order)?.begin.event?.correlation;
    const event: CloudEvent = {
      id: order.workId,
      source: sourceOf(order),
      type: textOf(input['type']) ?? '',
      time: new Date(this.#doors.clock.now()).toISOString(),
      data: typeof data === 'string' ? data : JSON.stringify(data ?? {}),
      cause: order.runId,
      ...(textOf(input['subject']) !== undefined && { subject: textOf(input['subject']) ?? '' }),
      ...(correlation !== undefined && { correlation }),
      ...(order.traceparent !== undefined && { traceparent: order.traceparent }),
    };
    const target = targetOf(order, input);
    const reply = await new Promise<RegionReply>((resolve) => {
      this.#doors.publish(target, event, durabilityOf(this.#doors, order, target), resolve);
    });
    if (!reply.ok) throw new TauError(reply.error);
    return reply.seq;
  }

  async #send(order: WorkOrder, input: JsonObject): Promise<void> {
    const target = textOf(input['runId']);
    if (target === undefined) throw refused(order, '"runId" must be the id of a run');
    const id = runId(target);
    const content: Json = input['content'] ?? null;
    const loop = this.#loopOf(id);
    // At once, whatever it has in flight: what a message does to it is for its program to say.
    await this.#doors.request(loop, { type: 'message', runId: id, mode: 'steer', content, key: order.workId });
  }

  #loopOf(id: RunId): RegionLoop {
    try {
      return this.#doors.table.ofRun(id);
    } catch {
      throw tauError('RECIPIENT_UNKNOWN', `there is no run ${id} here; see "tau runs"`);
    }
  }

  #withdraw(ref: WorkRef, reason: string): void {
    const call = this.#open.get(ref.workId);
    if (call === undefined || call.ref.fence !== ref.fence) return;
    call.withdrawn = true;
    this.#children.withdraw(call, reason);
  }
}
