import {
  type Clock,
  type CloudEvent,
  type Json,
  type JsonObject,
  type Outcome,
  type RegionId,
  type RunId,
  type TauError,
  tauError,
  type Usage,
  writableSession,
} from 'tau-core';
import type { WorkRef } from '../machines/dispatch/state.js';
import type { RegionReply, WorkOrder } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import type { RunState } from '../machines/region/state.js';
import type { RegionLoop } from './region-loop.js';
import type { RegionTable } from './region-table.js';
import type { RunRequestDoors } from './run-request.js';

/** What the kernel offers to its own provider: the doors that clients use as well. */
export interface HostDoors extends RunRequestDoors {
  readonly clock: Clock;
  readonly table: RegionTable;
  openRegion(id: RegionId, durable: boolean | undefined): RegionLoop;
  request(loop: RegionLoop, input: RegionInput): Promise<Extract<RegionReply, { readonly ok: true }>>;
  publish(id: RegionId, event: CloudEvent, durable: boolean | undefined, resolve: (reply: RegionReply) => void): void;
  refuseWhileDraining(): void;
}

/** A call that is being served. */
export interface OpenCall {
  readonly ref: WorkRef;
  readonly order: WorkOrder;
  /** The run that it started and waits for. */
  child: { readonly loop: RegionLoop; readonly id: RunId } | undefined;
  /** Nobody waits for it any more. */
  withdrawn: boolean;
}

/** How a call ends. */
export interface Answer {
  readonly outcome: Outcome;
  readonly usage?: Usage;
}

/** The run that asks, while it is in progress. */
export function runOf({ table }: HostDoors, order: WorkOrder): RunState | undefined {
  return table.find(order.regionId)?.state.runs.get(order.runId);
}

/** The session that a call means: its own, unless it names another. @throws TauError INVALID_ARGUMENT, DENIED */
export function targetOf(order: WorkOrder, input: JsonObject): RegionId {
  const session = textOf(input['sessionId']);
  return session === undefined || session === order.regionId ? order.regionId : writableSession(session);
}

/** A session that is not there is made as durable as the one that asks. */
export function durabilityOf({ table }: HostDoors, order: WorkOrder, target: RegionId): boolean | undefined {
  if (table.find(target) !== undefined) return undefined;
  return table.find(order.regionId)?.store.durable;
}

export function sourceOf({ runId: id }: WorkOrder): string {
  return `tau/run/${id}`;
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function refused({ capability }: WorkOrder, why: string): TauError {
  return tauError('INVALID_ARGUMENT', `input of ${capability} is refused: ${why}`);
}
