import { regionId, tauError, writableSession } from 'tau-core';
import { kernelv1, principalFromProto, type SessionServiceImplementation } from 'tau-core/contract';
import type { Kernel } from '../shell/kernel.js';
import { contextItem } from './content.js';
import { wantsDurable } from './requests.js';
import { PAGE_SIZE, sessionView } from './views.js';

export function sessionService(kernel: Kernel): SessionServiceImplementation {
  return {
    createSession: async (request) => {
      kernel.refuseWhileDraining();
      const id = writableSession(request.sessionId === '' ? kernel.newSessionId() : request.sessionId);
      const loop = kernel.openRegion(id, wantsDurable(request.durability));
      const principal = principalFromProto(request.principal);
      const { fresh } = await kernel.request(loop, {
        type: 'createSession',
        durable: loop.store.durable,
        context: request.context.map(contextItem),
        ...(principal && { principal }),
      });
      return { session: sessionView(loop.state), created: fresh };
    },

    getSession: async ({ sessionId }) => ({ session: sessionView(kernel.table.get(regionId(sessionId)).state) }),

    listSessions: async ({ pageSize, pageToken }) => {
      const size = Math.min(pageSize || PAGE_SIZE.default, PAGE_SIZE.max);
      const sessions = [...kernel.table.all()]
        .filter((loop) => loop.state.session !== undefined && loop.id > pageToken)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const page = sessions.slice(0, size);
      return {
        sessions: page.map((loop) => ({ ...sessionView(loop.state), context: [] })),
        nextPageToken: sessions.length > size ? (page.at(-1)?.id ?? '') : '',
      };
    },

    addContext: async ({ sessionId, context }) => {
      const loop = kernel.table.get(writableSession(sessionId));
      const { seq } = await kernel.request(loop, { type: 'addContext', context: context.map(contextItem) });
      return { seq };
    },

    forkSession: async ({ sessionId, newSessionId }) => {
      kernel.refuseWhileDraining();
      const source = kernel.table.get(regionId(sessionId));
      const session = source.state.session;
      if (session === undefined) throw tauError('NOT_FOUND', `there is no session "${sessionId}"`);
      const id = writableSession(newSessionId === '' ? kernel.newSessionId() : newSessionId);
      if (kernel.table.find(id) !== undefined)
        throw tauError('ALREADY_EXISTS', `there is a session "${id}" already; choose another id`);
      const loop = kernel.openRegion(id, session.durable);
      await kernel.request(loop, {
        type: 'createSession',
        durable: loop.store.durable,
        context: session.context,
        forkedFrom: source.id,
        ...(session.principal && { principal: session.principal }),
      });
      return { session: sessionView(loop.state) };
    },

    deleteSession: async ({ sessionId }) => {
      await kernel.request(kernel.table.get(writableSession(sessionId)), { type: 'deleteSession' });
      return kernelv1.DeleteSessionResponse.create();
    },
  };
}
