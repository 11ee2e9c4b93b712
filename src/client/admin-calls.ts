import {
  type DeadLetterView,
  deadLetterView,
  type ExtensionView,
  extensionView,
  type FindingView,
  findingView,
  type WorkView,
  workView,
} from './admin-view.js';
import type { ClientContext } from './client-context.js';

/** A named limit of the kernel. */
export interface LimitView {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly reason: string;
}

/** What a principal may do. */
export interface GrantView {
  readonly principal: string;
  /** e.g. `tau.kernel.v1/*`. */
  readonly resource: string;
}

/** The state of a region: its last sequence number, and the SHA-256 of its canonical state in hex. */
export interface RegionStateView {
  readonly region: string;
  readonly seq: number;
  readonly stateHash: string;
}

/** Whether a region that is replayed from its journal reaches the state that it has. */
export interface ValidationView {
  readonly region: string;
  readonly seq: number;
  readonly liveHash: string;
  readonly replayedHash: string;
  readonly equal: boolean;
}

/** Administration, diagnostics, validation. */
export interface AdminCalls {
  /** Attached, detached and refused extensions, the refused ones with the reason. */
  extensions(): Promise<readonly ExtensionView[]>;
  /** Up to `limit` pieces of work, and how many there are in all. */
  work(limit?: number): Promise<{
    readonly work: readonly WorkView[];
    readonly queuedTotal: number;
    readonly inFlightTotal: number;
  }>;
  /** Of one session, or of all. */
  deadLetters(sessionId?: string): Promise<readonly DeadLetterView[]>;
  /** Starts the run of a dead letter again, as a fork just before the failure; gives the new run's id. */
  requeueDeadLetter(sessionId: string, workId: string): Promise<string>;
  limits(): Promise<readonly LimitView[]>;
  grants(): Promise<readonly GrantView[]>;
  /** Health of every part, with what to do about what is wrong. */
  diagnose(): Promise<{ readonly findings: readonly FindingView[]; readonly regions: readonly RegionStateView[] }>;
  /** Replays one region, or all, from the journal's first record, and compares with the live state. */
  validate(region?: string): Promise<readonly ValidationView[]>;
  /** Stops the kernel: no new runs, work in flight has `graceMs` (default: the kernel's limit) to complete. */
  drain(graceMs?: number): Promise<{ readonly abandoned: number }>;
}

const WORK_LIMIT_DEFAULT = 1_000;

export function adminCalls({ channel: { admin } }: ClientContext): AdminCalls {
  return {
    extensions: async () => (await admin.listExtensions({})).extensions.map(extensionView),
    async work(limit = WORK_LIMIT_DEFAULT) {
      const { work, queuedTotal, inFlightTotal } = await admin.listWork({ pageSize: limit });
      return { work: work.map(workView), queuedTotal, inFlightTotal };
    },
    async deadLetters(sessionId = '') {
      return (await admin.listDeadLetters({ sessionId })).deadLetters.map(deadLetterView);
    },
    requeueDeadLetter: async (sessionId, workId) => (await admin.requeueDeadLetter({ sessionId, workId })).runId,
    limits: async () => (await admin.getLimits({})).limits,
    grants: async () => (await admin.listGrants({})).grants,
    async diagnose() {
      const { findings, regions } = await admin.diagnose({});
      return { findings: findings.map(findingView), regions };
    },
    validate: async (region = '') => (await admin.validate({ region })).validations,
    drain: (graceMs = 0) => admin.drain({ graceMs }),
  };
}
