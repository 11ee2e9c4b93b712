import { errorData, isJsonObject, type JsonObject, type RegionId, type RunId, tauError, triggerEvent } from 'tau-core';
import type { WorkOrder } from '../machines/region/effects.js';
import type { EndedRun, RunState } from '../machines/region/state.js';
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
import { SCHEDULE_REGION } from './kernel-regions.js';
import type { RegionLoop } from './region-loop.js';
import { runRequest } from './run-request.js';

/** Runs that wait for each other's ends, one below the other. */
export const CHILD_DEPTH_MAX = 32;

/**
 * Runs that runs start. A call that waits ends with its child; a child that was waited for is cancelled when nobody does any
 * more, be it that the call was given up or that its run has ended.
 */
export class HostChildren {
  readonly #doors: HostDoors;
  readonly #waiting = new Map<RunId, (() => void)[]>();

  constructor(doors: HostDoors) {
    this.#doors = doors;
  }

  /** Starts the run that a call asks for, or finds it; resolves with how the call ends. */
  async start(call: OpenCall, input: JsonObject): Promise<Answer> {
    const { order } = call;
    const definition = textOf(input['definition']);
    if (definition === undefined) throw refused(order, '"definition" must be the name of a definition');
    if (input['input'] !== undefined && !isJsonObject(input['input']))
      throw refused(order, '"input" must be an object');
    const waits = input['wait'] !== false;
    if (waits) this.#refuseTooDeep(order, definition);
    const key = textOf(input['key']);
    const loop = await this.#session(order, targetOf(order, input));
    const known = order.redelivered && key === undefined ? childOf(loop, order) : undefined;
    const child = known ?? (await this.#startChild(order, loop, { definition, input, waits, key }));
    if (!waits) return { outcome: { kind: 'ok', output: { runId: child } } };
    call.child = { loop, id: child };
    if (call.withdrawn) this.withdraw(call, 'its parent has given it up');
    const ended = await this.#end(loop, child);
    if (ended === undefined) {
      const message = `run ${child} ended long ago; its outcome is in the journal of session "${loop.id}"`;
      return { outcome: { kind: 'unknown', error: errorData('NOT_FOUND', message, { outcome: 'unknown' }) } };
    }
    return { outcome: ended.outcome, usage: ended.usage };
  }

  /** Nobody waits for a call any more. */
  withdraw({ child, order }: OpenCall, reason: string): void {
    // One that a key of its own names may have been there before, and others may wait for it.
    if (child === undefined || this.#hasOutlivedSchedule(order)) return;
    if (isChild(child.loop.state.runs.get(child.id), order)) this.#cancel(child.loop, child.id, reason);
  }

  /** A run has ended: whoever waits for it looks. */
  ended(id: RunId): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const wake of waiting ?? []) wake();
  }

  /** After a restart: children whose parents do not wait for them any more are cancelled, as they would have been then. */
  cancelOrphans(): void {
    for (const loop of this.#doors.table.all()) {
      for (const run of loop.state.runs.values()) {
        if (run.parent?.waits !== true || run.phase === 'cancelling' || this.#isAwaited(run)) continue;
        this.#cancel(loop, run.runId, 'nobody waits for it any more');
      }
    }
  }

  /** A definition that starts itself, and waits, would fill its session. */
  #refuseTooDeep(order: WorkOrder, definition: string): void {
    let depth = 1;
    for (let parent = runOf(this.#doors, order)?.parent; parent?.waits === true; depth += 1) {
      parent = this.#doors.table.find(parent.regionId)?.state.runs.get(parent.runId)?.parent;
    }
    if (depth <= CHILD_DEPTH_MAX) return;
    // Runs above it, as the limit counts them: the first run has none.
    const message = `run ${order.runId} is ${depth - 1} runs deep, the limit is ${CHILD_DEPTH_MAX}: does "${definition}" start itself?`;
    throw tauError('LIMIT_EXCEEDED', message);
  }

  async #startChild(
    order: WorkOrder,
    loop: RegionLoop,
    wish: { definition: string; input: JsonObject; waits: boolean; key: string | undefined },
  ): Promise<RunId> {
    const { input, waits } = wish;
    // A failed child is tried again as another one; a key of the program's own names the same run for ever.
    const ownKey = order.attempt === 1 ? order.workId : `${order.workId}#${order.attempt}`;
    const event = isJsonObject(input['event']) ? input['event'] : undefined;
    const request = runRequest(this.#doors, {
      definition: wish.definition,
      input: isJsonObject(input['input']) ? input['input'] : {},
      cause: order.runId,
      parent: { regionId: order.regionId, runId: order.runId, callId: order.callId, attempt: order.attempt, waits },
      startKey: wish.key ?? ownKey,
      priority: order.priority,
      fairnessKey: order.fairnessKey,
      ...(event && { event: triggerEvent(event, { id: order.workId, source: sourceOf(order) }) }),
      ...(waits && { timeoutMs: Math.max(1, order.deadlineMs - this.#doors.clock.now()) }),
      ...(order.principal && { principal: order.principal }),
      ...(order.traceparent !== undefined && { traceparent: order.traceparent }),
    });
    const reply = await this.#doors.request(loop, { type: 'startRun', request });
    return reply.runId ?? request.runId;
  }

  /** Resolves when a run has ended; undefined when that is so long ago that it is not listed any more. */
  async #end(loop: RegionLoop, id: RunId): Promise<EndedRun | undefined> {
    while (loop.state.runs.has(id)) {
      await new Promise<void>((resolve) => {
        this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]);
      });
    }
    return loop.state.ended.get(id);
  }

  #cancel(loop: RegionLoop, id: RunId, reason: string): void {
    // Told twice it would give up undoing; and after a restart nobody knows whether it was told.
    loop.tell({ type: 'cancelRun', runId: id, kill: false, reason, once: true }, () => {});
  }

  #isAwaited({ parent }: RunState): boolean {
    if (parent === undefined || this.#hasOutlivedSchedule(parent)) return true;
    const calls = this.#doors.table.find(parent.regionId)?.state.runs.get(parent.runId)?.calls;
    return calls?.has(parent.callId) === true;
  }

  /** What a definition's plan has started goes on when the plan is ended, as runs of a replaced definition do. */
  #hasOutlivedSchedule({ regionId, runId: parent }: Pick<WorkOrder, 'regionId' | 'runId'>): boolean {
    return regionId === SCHEDULE_REGION && this.#doors.table.find(regionId)?.state.runs.has(parent) !== true;
  }

  async #session(order: WorkOrder, target: RegionId): Promise<RegionLoop> {
    const loop = this.#doors.openRegion(target, durabilityOf(this.#doors, order, target));
    if (loop.state.session === undefined) {
      await this.#doors.request(loop, { type: 'createSession', durable: loop.store.durable, context: [] });
    }
    return loop;
  }
}

/** A run that this very call has started before, however long ago: start keys are remembered for a while only. */
function childOf(loop: RegionLoop, order: WorkOrder): RunId | undefined {
  for (const run of loop.state.runs.values()) if (isChild(run, order)) return run.runId;
  for (const run of loop.state.ended.values()) if (isChild(run, order)) return run.runId;
  return undefined;
}

function isChild(run: RunState | EndedRun | undefined, { runId: id, callId, attempt }: WorkOrder): boolean {
  const parent = run?.parent;
  return parent !== undefined && parent.runId === id && parent.callId === callId && parent.attempt === attempt;
}
