import { callId, ERROR_CATALOGUE, type ErrorData, regionId, TauError, tauError, writableSession } from 'tau-core';
import { jsonFromText, jsonObjectFromText, kernelv1, type RunServiceImplementation } from 'tau-core/contract';
import type { MessageMode } from '../machines/region/inputs.js';
import { forkSource } from '../shell/fork-source.js';
import { readHistory } from '../shell/history.js';
import type { Kernel } from '../shell/kernel.js';
import { messageContent } from './content.js';
import { HISTORY_PAGE_BYTES } from './limits.js';
import { findRun, presentRun } from './requests.js';
import { programView } from './run-program-view.js';
import { startRequest } from './start-request.js';
import { PAGE_SIZE, runEventView, runViews } from './views.js';
import { watchRun } from './watch-run.js';

const MESSAGE_MODES: { readonly [mode: number]: MessageMode } = {
  [kernelv1.InputMode.UNSPECIFIED]: 'append',
  [kernelv1.InputMode.APPEND]: 'append',
  [kernelv1.InputMode.STEER]: 'steer',
  [kernelv1.InputMode.INTERRUPT]: 'interrupt',
  [kernelv1.InputMode.REPLACE]: 'replace',
};

/** Events read for one page of history; its bytes are bounded by the request. */
const HISTORY_EVENTS_MAX = 1_000;

export function runService(kernel: Kernel): RunServiceImplementation {
  return {
    startRun: async (request) => {
      kernel.refuseWhileDraining();
      const loop = kernel.table.get(writableSession(request.sessionId));
      const reply = await kernel.request(loop, { type: 'startRun', request: startRequest(kernel, request) });
      if (reply.runId === undefined) throw new Error('a started run has no id');
      return { run: presentRun(loop, reply.runId), started: reply.fresh };
    },

    getRun: async ({ runId }) => {
      const { loop, id } = findRun(kernel, runId);
      return { run: presentRun(loop, id), ...programView(kernel.table.machine, loop.state, id) };
    },

    listRuns: async ({ sessionId, statuses, pageSize, pageToken }) => {
      const loops = sessionId === '' ? [...kernel.table.all()] : [kernel.table.get(regionId(sessionId))];
      const size = Math.min(pageSize || PAGE_SIZE.default, PAGE_SIZE.max);
      // Run ids begin with the moment of their start: the newest come first.
      const runs = loops
        .flatMap((loop) => runViews(loop.state))
        .filter(
          (run) =>
            (statuses.length === 0 || statuses.includes(run.status)) && (pageToken === '' || run.runId < pageToken),
        )
        .sort((a, b) => (a.runId < b.runId ? 1 : -1));
      const page = runs.slice(0, size);
      return { runs: page, nextPageToken: runs.length > size ? (page.at(-1)?.runId ?? '') : '' };
    },

    watchRun: (request, { signal }) => watchRun(kernel, request, signal),

    sendInput: async ({ runId, mode, content, idempotencyKey }) => {
      const { loop, id } = findRun(kernel, runId);
      if (content === undefined) throw tauError('INVALID_ARGUMENT', 'an input needs a content');
      const { seq } = await kernel.request(loop, {
        type: 'message',
        runId: id,
        mode: MESSAGE_MODES[mode] ?? 'append',
        content: messageContent(content),
        ...(idempotencyKey !== '' && { key: idempotencyKey }),
      });
      return { seq };
    },

    resolveInterrupt: async ({ runId, interruptId, version, answerJson }) => {
      const { loop, id } = findRun(kernel, runId);
      const answer = jsonFromText(answerJson, 'the answer');
      const { seq } = await kernel.request(loop, {
        type: 'answer',
        runId: id,
        callId: callId(interruptId),
        version,
        answer,
      });
      return { seq };
    },

    cancelRun: async ({ runId, mode, reason }) => {
      const { loop, id } = findRun(kernel, runId);
      const kill = mode === kernelv1.CancelMode.KILL;
      await kernel.request(loop, {
        type: 'cancelRun',
        runId: id,
        kill,
        reason: reason === '' ? 'cancelled by request' : reason,
      });
      return { run: presentRun(loop, id) };
    },

    pauseRun: async ({ runId }) => {
      const { loop, id } = findRun(kernel, runId);
      await kernel.request(loop, { type: 'pauseRun', runId: id });
      return { run: presentRun(loop, id) };
    },

    resumeRun: async ({ runId }) => {
      const { loop, id } = findRun(kernel, runId);
      await kernel.request(loop, { type: 'resumeRun', runId: id });
      return { run: presentRun(loop, id) };
    },

    forkRun: async ({ runId, atSeq, idempotencyKey, editJson }) => {
      kernel.refuseWhileDraining();
      const { loop, id } = findRun(kernel, runId);
      const edit = editJson === '' ? undefined : jsonObjectFromText(editJson, 'the edit');
      const source = await forkSource(kernel.table.machine, loop, id, { atSeq, edited: edit !== undefined });
      const reply = await kernel.request(loop, {
        type: 'forkRun',
        runId: kernel.newRunId(),
        source,
        ...(edit && { edit }),
        ...(idempotencyKey !== '' && { startKey: idempotencyKey }),
      });
      if (reply.runId === undefined) throw new Error('a forked run has no id');
      return { run: presentRun(loop, reply.runId) };
    },

    migrateRun: async ({ runId, definitionName, checkOnly }) => {
      kernel.refuseWhileDraining();
      const { loop, id } = findRun(kernel, runId);
      const name = definitionName === '' ? presentRun(loop, id).definitionName : definitionName;
      const bound = kernel.catalogue.bind(name);
      if (bound === undefined) throw kernel.missing(`there is no active definition "${name}"; put it first`);
      const reply = await loop.submit({ type: 'migrateRun', runId: id, bound, checkOnly });
      if (reply.ok) return { run: presentRun(loop, id), reasons: [] };
      const reasons = reasonsOf(reply.error);
      if (!checkOnly || reasons === undefined) throw new TauError(reply.error);
      return { run: presentRun(loop, id), reasons };
    },

    getRunHistory: async ({ runId, fromSeq, bytesMax }) => {
      const { loop, id } = findRun(kernel, runId);
      const run = presentRun(loop, id);
      const bytes = Math.max(
        HISTORY_PAGE_BYTES.min,
        Math.min(bytesMax || HISTORY_PAGE_BYTES.max, HISTORY_PAGE_BYTES.max),
      );
      const page = await readHistory(loop, {
        fromSeq: Math.max(fromSeq, run.firstSeq),
        toSeq: run.lastSeq,
        subject: id,
        eventsMax: HISTORY_EVENTS_MAX,
        bytesMax: bytes,
      });
      const more = page.nextSeq <= run.lastSeq;
      return { events: page.events.map(runEventView), nextSeq: more ? page.nextSeq : 0, gap: page.gap };
    },
  };
}

/** Why a run cannot be migrated; undefined for other refusals. */
function reasonsOf({ id, details }: ErrorData): string[] | undefined {
  if (id !== ERROR_CATALOGUE.MIGRATION_REFUSED.id) return undefined;
  const reasons = details?.['reasons'];
  return Array.isArray(reasons) ? reasons.map(String) : [];
}
