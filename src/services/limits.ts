import { JOURNAL_LIMITS } from 'tau-core';
import { GROUP_LIMITS } from '../shell/decide-group.js';
import { DURABLE_FEED, VOLATILE_FEED } from '../shell/feed.js';
import { CHILD_DEPTH_MAX } from '../shell/host-children.js';
import type { Kernel } from '../shell/kernel.js';
import { LOOP_LIMITS } from '../shell/region-loop.js';

/** One limit, as `GetLimits` gives it. */
export interface NamedLimit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reason: string;
}

/** Largest gRPC message, both ways: a journal page at its limit, quoted, with room for its frame. */
export const FRAME_BYTES_MAX = 8 * 1024 * 1024;
/** A page of a run's history. */
export const HISTORY_PAGE_BYTES = { min: 1_024, max: 1024 * 1024 } as const;
/** What a program shows of a run, on the way to a person: a large state belongs into events or behind uris. */
export const VIEW_BYTES_MAX = 1024 * 1024;
/** A published event's body: a GitHub payload of its default limit fits, and a record of the journal holds it quoted. */
export const EVENT_BYTES_MAX = 2 * 1024 * 1024;
/** A definition's source. */
export const SOURCE_BYTES_MAX = 512 * 1024;

/** Every limit of this kernel, by name, with its unit and its reason. */
export function kernelLimits(kernel: Kernel): NamedLimit[] {
  const { regionLimits: region, dispatchLimits: dispatch } = kernel;
  const limit = (name: string, value: number, unit: string, reason: string): NamedLimit => ({
    name,
    value,
    unit,
    reason,
  });
  return [
    limit('frameBytesMax', FRAME_BYTES_MAX, 'bytes', 'largest message of any call'),
    limit('historyPageBytesMax', HISTORY_PAGE_BYTES.max, 'bytes', 'a page of history stays quick to read'),
    limit('viewBytesMax', VIEW_BYTES_MAX, 'bytes', 'what a program shows of a run stays quick to read'),
    limit('eventBytesMax', EVENT_BYTES_MAX, 'bytes', 'a published event fits a journal record'),
    limit('sourceBytesMax', SOURCE_BYTES_MAX, 'bytes', 'a definition is read in one go'),
    limit('recordBytesMax', JOURNAL_LIMITS.recordBytesMax, 'bytes', 'a journal record fits a frame'),
    limit('runTimeoutMs', region.runTimeoutMs, 'ms', 'longest life of a run'),
    limit('callTimeoutMs', region.callTimeoutMs, 'ms', 'deadline of a call that names none'),
    limit('runsMax', region.runsMax, 'runs', 'in progress in one session'),
    limit('contextBytesMax', region.contextBytesMax, 'bytes', 'context that a session carries'),
    limit('inboxMax', region.inboxMax, 'messages', 'that wait in a run'),
    limit('childDepthMax', CHILD_DEPTH_MAX, 'runs', 'that wait for each other, one below the other'),
    limit('queueMax', LOOP_LIMITS.queueMax, 'inputs', 'that wait for one session'),
    limit('groupMax', GROUP_LIMITS.inputsMax, 'inputs', 'journaled as one group'),
    limit('snapshotEvery', LOOP_LIMITS.snapshotEvery, 'events', 'bounds what a restart replays'),
    limit('durableFeedMax', DURABLE_FEED.eventsMax, 'events', 'kept in memory for those who watch a durable session'),
    limit('volatileFeedMax', VOLATILE_FEED.eventsMax, 'events', 'all the history of a volatile session'),
    limit('leaseTtlMs', dispatch.leaseTtlMs, 'ms', 'work stays with a silent extension'),
    limit('providerWaitMs', dispatch.providerWaitMs, 'ms', 'a call waits for a capability that nobody offers'),
    limit('workMax', dispatch.workMax, 'pieces', 'of work that wait or are in flight'),
    limit('instancesMax', dispatch.instancesMax, 'extensions', 'registered at once'),
  ];
}
