import { type RegionId, type RunId, regionId, tauError } from 'tau-core';
import {
  type AdminServiceImplementation,
  adminv1,
  errorToProto,
  extensionv1,
  type adminv1 as wire,
} from 'tau-core/contract';
import type { Manifest, Routing } from '../machines/dispatch/state.js';
import { forkSource } from '../shell/fork-source.js';
import type { Kernel } from '../shell/kernel.js';
import { stateHash } from '../shell/state-hash.js';
import { validateRegion } from '../shell/validate.js';
import { diagnose } from './diagnose.js';
import { kernelLimits } from './limits.js';
import { PAGE_SIZE } from './views.js';

/** Grace of a drain that names none: longer than most actions take, shorter than a supervisor's patience. */
export const DRAIN_GRACE_MS = 10_000;

const ROUTINGS: { readonly [Name in Routing]: extensionv1.Routing } = {
  any: extensionv1.Routing.ANY,
  sticky: extensionv1.Routing.STICKY,
  leader: extensionv1.Routing.LEADER,
};

/** `onDrained` stops the process (or whatever hosts the kernel) once a drain that a client asked for is done. */
export function adminService(kernel: Kernel, onDrained: () => void): AdminServiceImplementation {
  return {
    listExtensions: async () => ({ extensions: listExtensions(kernel) }),

    listWork: async ({ pageSize }) => {
      const all = [...kernel.dispatcher.state.work.values()];
      const inFlight = all.filter((work) => work.holder !== undefined).length;
      const size = Math.min(pageSize || PAGE_SIZE.default, PAGE_SIZE.max);
      return {
        work: all.slice(0, size).map((work) => ({
          ref: { workId: work.order.workId, attempt: work.order.attempt, fence: work.fence },
          capability: work.order.capability,
          sessionId: work.order.regionId,
          runId: work.order.runId,
          instanceId: work.holder?.manifest.instanceId ?? '',
          queuedMs: work.addedMs,
          deadlineMs: work.order.deadlineMs,
        })),
        queuedTotal: all.length - inFlight,
        inFlightTotal: inFlight,
      };
    },

    listDeadLetters: async ({ sessionId }) => {
      const loops = sessionId === '' ? [...kernel.table.all()] : [kernel.table.get(regionId(sessionId))];
      return {
        deadLetters: loops.flatMap(({ id, state }) =>
          state.deadLetters.map((letter) => ({
            runId: letter.runId,
            sessionId: id,
            workId: `${letter.runId}/${letter.callId}`,
            capability: letter.capability,
            error: errorToProto(letter.error),
            seq: letter.seq,
            timeMs: letter.timeMs,
          })),
        ),
      };
    },

    requeueDeadLetter: async ({ sessionId, workId }) => {
      kernel.refuseWhileDraining();
      const loop = kernel.table.get(regionId(sessionId));
      const letter = loop.state.deadLetters.find((item) => `${item.runId}/${item.callId}` === workId);
      if (letter === undefined) throw tauError('NOT_FOUND', `session "${sessionId}" has no dead letter "${workId}"`);
      const source = await forkSource(kernel.table.machine, loop, letter.runId, { atSeq: letter.seq - 1 });
      const startKey = `requeue ${workId} ${letter.seq}`;
      const reply = await kernel.request(loop, { type: 'forkRun', runId: kernel.newRunId(), source, startKey });
      return { runId: reply.runId ?? ('' as RunId) };
    },

    getLimits: async () => ({ limits: kernelLimits(kernel) }),

    listGrants: async () => ({
      // One token opens the whole contract; finer grants come from a policy extension and would be listed here.
      grants: ['tau.kernel.v1/*', 'tau.extension.v1/*', 'tau.admin.v1/*'].map((resource) => ({
        principal: 'token',
        resource,
      })),
    }),

    diagnose: async () => ({
      findings: diagnose(kernel),
      regions: [...kernel.table.all()].map(({ id, state }) => ({
        region: id,
        seq: state.seq,
        stateHash: stateHash(state),
      })),
    }),

    validate: async ({ region }) => {
      const ids: RegionId[] =
        region === ''
          ? [...kernel.table.all()].filter((loop) => loop.store.durable).map((loop) => loop.id)
          : [regionId(region)];
      const validations: wire.Validation[] = [];
      for (const id of ids) validations.push(await validateRegion(kernel.table.machine, kernel.table.get(id)));
      return { validations };
    },

    drain: async ({ graceMs }) => {
      const abandoned = await kernel.drain(graceMs || DRAIN_GRACE_MS);
      onDrained();
      return { abandoned };
    },
  };
}

function listExtensions(kernel: Kernel): wire.Extension[] {
  const { instances, gone, host } = kernel.dispatcher.state;
  const extensions = [...instances.values()].filter((instance) => instance !== host);
  const present = extensions.map((instance) => ({
    ...manifestView(instance.manifest),
    status: instance.attached ? adminv1.ExtensionStatus.ATTACHED : adminv1.ExtensionStatus.DETACHED,
    reason: undefined,
    creditItems: instance.creditItems,
    inFlight: instance.leased.size,
    sinceMs: instance.sinceMs,
  }));
  const names = new Set(present.map((extension) => extension.instanceId));
  const absent = gone
    .filter((item) => item.refused || !names.has(item.manifest.instanceId))
    .map((item) => ({
      ...manifestView(item.manifest),
      status: item.refused ? adminv1.ExtensionStatus.REFUSED : adminv1.ExtensionStatus.DETACHED,
      reason: errorToProto(item.reason),
      creditItems: 0,
      inFlight: 0,
      sinceMs: item.sinceMs,
    }));
  return [...present, ...absent];
}

function manifestView({ name, version, instanceId, capabilities }: Manifest) {
  return {
    name,
    version,
    instanceId,
    capabilities: capabilities.map((offered) => ({ ...offered, routing: ROUTINGS[offered.routing] })),
  };
}
