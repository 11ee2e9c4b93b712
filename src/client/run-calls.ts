import { jsonToText } from '../contract/json-text.js';
import * as kernelv1 from '../contract/kernel-v1.js';
import { budgetToProto, principalToProto } from '../contract/outcome.js';
import type { CloudEvent } from '../vocabulary/cloud-event.js';
import type { Json, JsonObject } from '../vocabulary/json.js';
import type { Budget, Principal } from '../vocabulary/outcome.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { ClientContext } from './client-context.js';
import { type Content, contentToProto } from './content.js';
import { collectPages } from './pages.js';
import { type HistoryOptions, type HistoryPage, runHistory } from './run-history.js';
import { type RunStatusName, type RunView, runStatusToProto, runView, viewedRun } from './run-view.js';
import { type RunWatchItem, type WatchOptions, watchRun } from './watch-run.js';

/** The run that is wanted. */
export interface StartRun {
  readonly sessionId: string;
  /** An active definition's name. */
  readonly definition: string;
  readonly input?: JsonObject;
  /** The event that the run sees as its trigger. */
  readonly event?: CloudEvent;
  /** A second start with the same key in the session gives the first run; default: a random one. */
  readonly idempotencyKey?: string;
  /** From the start; default: the kernel's limit. */
  readonly timeoutMs?: number;
  readonly budget?: Budget;
  /** 0 (first) to 9 (last); default 5. */
  readonly priority?: number;
  /** Runs with different keys share providers fairly; default: the session. */
  readonly fairnessKey?: string;
  readonly principal?: Principal;
  readonly traceparent?: string;
}

/** Which runs to list. */
export interface ListRuns {
  /** Absent lists every session's. */
  readonly sessionId?: string;
  readonly statuses?: readonly RunStatusName[];
  /** Default 1,000. */
  readonly limit?: number;
}

/** Input in the middle of a run. */
export interface RunInput {
  /** `append`: behind the work in progress; `steer`: before the next piece; `interrupt`: cancels it; `replace`: discards queued input. */
  readonly mode: 'append' | 'steer' | 'interrupt' | 'replace';
  readonly content: Content;
  /** Default: a random one. */
  readonly idempotencyKey?: string;
}

/** The answer to a question of a run. */
export interface InterruptAnswer {
  readonly interruptId: string;
  /** As the interrupt had it: a stale answer is refused with STALE_VERSION. */
  readonly version: number;
  readonly answer: Json;
}

/** How a run is forked. */
export interface ForkOptions {
  /** The last event that the fork shares; absent or 0 is the newest. */
  readonly atSeq?: number;
  /** Default: a random one. */
  readonly idempotencyKey?: string;
  /** A change of the state that the fork begins with, in its program's form. @throws TauError UNSUPPORTED by some programs */
  readonly edit?: JsonObject;
}

/** What came of a migration, or of checking whether there can be one. */
export interface MigrationView {
  readonly run: RunView;
  /** Why it cannot go over; empty when it can, or did. */
  readonly reasons: readonly string[];
}

/** Runs: programs in progress. Every call with a run id fails with NOT_FOUND when there is none. */
export interface RunCalls {
  startRun(wanted: StartRun): Promise<{ readonly run: RunView; readonly started: boolean }>;
  /** With `view`, what its program shows of it. */
  getRun(runId: string): Promise<RunView>;
  listRuns(filter?: ListRuns): Promise<readonly RunView[]>;
  /** `graceful` (default): handlers are told to stop, cleaning steps still run; `kill`: it ends now. */
  cancelRun(runId: string, options?: { mode?: 'graceful' | 'kill'; reason?: string }): Promise<RunView>;
  sendInput(runId: string, input: RunInput): Promise<{ readonly seq: number }>;
  resolveInterrupt(runId: string, answer: InterruptAnswer): Promise<{ readonly seq: number }>;
  /** No new work is dispatched until `resumeRun`; work in flight completes. */
  pauseRun(runId: string): Promise<RunView>;
  resumeRun(runId: string): Promise<RunView>;
  /** A new run with the state that this one had at an event; `atSeq` absent or 0 is its newest. */
  forkRun(runId: string, options?: ForkOptions): Promise<RunView>;
  /**
   * Brings a run in progress to the version of a definition that is in service: `definition`, or the one of the run's own
   * name. With `checkOnly` it only tells why it cannot, and changes nothing.
   *
   * @throws TauError MIGRATION_REFUSED when its state cannot go over; UNSUPPORTED when its program migrates nothing.
   */
  migrateRun(runId: string, options?: { definition?: string; checkOnly?: boolean }): Promise<MigrationView>;
  /** The past of a run, page by page. */
  history(runId: string, options?: HistoryOptions): AsyncGenerator<HistoryPage, void, undefined>;
  /**
   * Everything that happens to a run, in order; ends after the run's last event. After a cut it comes back and goes on
   * where it was: no event is lost and none comes twice. What the kernel itself no longer has is a gap.
   *
   * @throws TauError UNREACHABLE when no kernel answers at first, or stays away beyond the reconnect limit; INTERNAL,
   * naming the sequence numbers, when the chain of events is broken.
   * @throws the signal's reason when it is aborted; leaving the loop is the quiet way to end.
   */
  watchRun(runId: string, options?: WatchOptions): AsyncGenerator<RunWatchItem, void, undefined>;
}

const INPUT_MODE = {
  append: kernelv1.InputMode.APPEND,
  steer: kernelv1.InputMode.STEER,
  interrupt: kernelv1.InputMode.INTERRUPT,
  replace: kernelv1.InputMode.REPLACE,
};
const CANCEL_MODE = { graceful: kernelv1.CancelMode.GRACEFUL, kill: kernelv1.CancelMode.KILL };
const KEY_BYTES = 16;

export function runCalls(context: ClientContext): RunCalls {
  const { runs } = context.channel;
  const newKey = (): string => context.random.hex(KEY_BYTES);
  return {
    async startRun(wanted) {
      const { run, started } = await runs.startRun(startRequest(wanted, wanted.idempotencyKey ?? newKey()));
      return { run: viewOf(run), started };
    },
    async getRun(runId) {
      const answer = await runs.getRun({ runId });
      return viewedRun(answer, viewOf(answer.run));
    },
    async listRuns({ sessionId = '', statuses = [], limit } = {}) {
      const protoStatuses = statuses.map(runStatusToProto);
      const protos = await collectPages(limit, async (pageSize, pageToken) => {
        const page = await runs.listRuns({ sessionId, statuses: protoStatuses, pageSize, pageToken });
        return { items: page.runs, nextPageToken: page.nextPageToken };
      });
      return protos.map(runView);
    },
    async cancelRun(runId, { mode = 'graceful', reason = '' } = {}) {
      return viewOf((await runs.cancelRun({ runId, mode: CANCEL_MODE[mode], reason })).run);
    },
    async sendInput(runId, { mode, content, idempotencyKey = newKey() }) {
      return runs.sendInput({ runId, mode: INPUT_MODE[mode], content: contentToProto(content), idempotencyKey });
    },
    async resolveInterrupt(runId, { interruptId, version, answer }) {
      return runs.resolveInterrupt({ runId, interruptId, version, answerJson: jsonToText(answer) });
    },
    pauseRun: async (runId) => viewOf((await runs.pauseRun({ runId })).run),
    resumeRun: async (runId) => viewOf((await runs.resumeRun({ runId })).run),
    async forkRun(runId, { atSeq = 0, idempotencyKey = newKey(), edit } = {}) {
      const editJson = edit === undefined ? '' : JSON.stringify(edit);
      return viewOf((await runs.forkRun({ runId, atSeq, idempotencyKey, editJson })).run);
    },
    async migrateRun(runId, { definition = '', checkOnly = false } = {}) {
      const { run, reasons } = await runs.migrateRun({ runId, definitionName: definition, checkOnly });
      return { run: viewOf(run), reasons };
    },
    history: (runId, options) => runHistory(context, runId, options),
    watchRun: (runId, options) => watchRun(context, runId, options),
  };
}

function startRequest(wanted: StartRun, idempotencyKey: string): kernelv1.StartRunRequest {
  return {
    sessionId: wanted.sessionId,
    definitionName: wanted.definition,
    inputJson: wanted.input === undefined ? '' : JSON.stringify(wanted.input),
    eventJson: wanted.event === undefined ? '' : JSON.stringify(wanted.event),
    idempotencyKey,
    timeoutMs: wanted.timeoutMs ?? 0,
    budget: budgetToProto(wanted.budget),
    priority: wanted.priority,
    fairnessKey: wanted.fairnessKey ?? '',
    principal: principalToProto(wanted.principal),
    traceparent: wanted.traceparent ?? '',
  };
}

function viewOf(run: kernelv1.Run | undefined): RunView {
  if (run === undefined) throw tauError('INTERNAL', 'the kernel answered without the run');
  return runView(run);
}
