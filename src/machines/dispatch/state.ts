import type { ErrorData, Outcome } from 'tau-core';
import type { CallGate } from 'tau-orchestrate';
import type { WorkOrder } from '../region/effects.js';
import type { DeadlineHeap } from './deadline-heap.js';
import type { FairQueue } from './fair-queue.js';
import type { RecentRefs } from './recent-refs.js';

/** Names one dispatch of one attempt. */
export interface WorkRef {
  readonly workId: string;
  readonly attempt: number;
  readonly fence: number;
}

export type Routing = 'any' | 'sticky' | 'leader';

export interface OfferedCapability {
  readonly kind: string;
  readonly name: string;
  readonly routing: Routing;
  readonly description: string;
  readonly inputSchemaJson: string;
}

/** What an extension says of itself when it registers. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly instanceId: string;
  readonly incarnation: string;
  readonly capabilities: readonly OfferedCapability[];
}

/**
 * Where a piece of work is:
 * delayed (not before some moment) -> gated (waits for its policies) -> queued (for a provider) -> leased (to an instance) -> settling (its region decides).
 */
export type WorkPhase = 'delayed' | 'gated' | 'queued' | 'leased' | 'settling';

export interface Work {
  readonly order: WorkOrder;
  /** Size of the input, against the provider's byte credit. */
  readonly bytes: number;
  phase: WorkPhase;
  readonly addedMs: number;
  /** While queued: when to give up if nobody provides the capability. */
  waitUntilMs: number;
  holder: Instance | undefined;
  fence: number;
  /** Names it at the gate, while its policies count it or let it wait. */
  ticket: string | undefined;
}

/** One registered life of an extension's process. */
export interface Instance {
  readonly registrationId: string;
  readonly manifest: Manifest;
  readonly capabilities: ReadonlyMap<string, Routing>;
  /** Its capabilities in the order in which their queues are served next. */
  readonly turns: string[];
  attached: boolean;
  /** Reconciled: work may be sent. */
  welcomed: boolean;
  leaving: boolean;
  sinceMs: number;
  lastFrameMs: number;
  nextPingMs: number;
  creditItems: number;
  creditBytes: number;
  readonly leased: Set<Work>;
  /** Frames sent down in this registration, over all of its streams; counted by whoever sends. */
  downSeq: number;
  /** Reconciliation waits until the kernel has read its journal. */
  heldHello: { readonly running: readonly WorkRef[]; readonly kept: readonly WorkRef[] } | undefined;
}

/** A registration that was refused, or an instance that went away. */
export interface GoneInstance {
  readonly manifest: Manifest;
  readonly refused: boolean;
  readonly reason: ErrorData;
  readonly sinceMs: number;
}

export interface DispatchLimits {
  /** Work stays leased this long after the last frame of its stream. */
  readonly leaseTtlMs: number;
  /** Work for a capability that nobody offers fails after this long. */
  readonly providerWaitMs: number;
  readonly workMax: number;
  readonly instancesMax: number;
}

export const DISPATCH_LIMITS: DispatchLimits = {
  // Long enough for a stalled garbage collection or a short cut, short enough that a dead provider is soon replaced.
  leaseTtlMs: 5_000,
  // Long enough for an extension to be restarted or upgraded.
  providerWaitMs: 60_000,
  workMax: 200_000,
  instancesMax: 1_000,
};

/** Gone instances that stay listed for diagnosis. */
export const GONE_MAX = 50;
/** Sticky keys remembered; the oldest is forgotten first and simply routed anew. */
export const STICKY_MAX = 10_000;
/** Dispatches after which an accepted result may be forgotten, and a repeated one taken for a stale one. */
export const ACCEPTED_MAX = 32_768;

/** All of the dispatch machine. Mutable inside, volatile by nature: it is rebuilt from the regions and the extensions. */
export interface DispatchState {
  readonly limits: DispatchLimits;
  readonly work: Map<string, Work>;
  readonly queues: Map<string, FairQueue<Work>>;
  readonly instances: Map<string, Instance>;
  /** The kernel's own provider, one of the instances. */
  readonly host: Instance | undefined;
  readonly byInstanceId: Map<string, Instance>;
  gone: GoneInstance[];
  readonly workDeadlines: DeadlineHeap<Work>;
  readonly instanceDeadlines: DeadlineHeap<Instance>;
  /** Policies of calls. */
  readonly gate: CallGate;
  /** Work that waits there, by ticket. */
  readonly gated: Map<string, Work>;
  /** Tickets that have ended in this decision. */
  readonly gateEnded: { readonly ticket: string; readonly outcome?: Outcome }[];
  readonly sticky: Map<string, Instance>;
  readonly accepted: RecentRefs;
  epoch: number;
  fenceCounter: number;
  registrations: number;
  readonly kernelId: string;
  /** The journal was read: what is in flight can be told from what is not. */
  recovered: boolean;
  /** The instance whose journal that was; absent where none was read. What another instance offers is another journal. */
  journalOf: string | undefined;
  draining: boolean;
}
