import type * as kernelv1 from '../contract/kernel-v1.js';
import { principalToProto } from '../contract/outcome.js';
import type { Principal } from '../vocabulary/outcome.js';
import { tauError } from '../vocabulary/tau-error.js';
import type { ClientContext } from './client-context.js';
import { type Content, contentToProto } from './content.js';
import { collectPages } from './pages.js';
import { type DurabilityName, durabilityToProto, type SessionView, sessionView } from './session-view.js';

/** The session that is wanted. */
export interface EnsureSession {
  /** 1 to 200 characters of letters, digits and `._/-:`; absent lets the kernel choose. */
  readonly sessionId?: string;
  /** Default: the kernel's. */
  readonly durability?: DurabilityName;
  /** Bootstrap context, for a session that is made now. */
  readonly context?: readonly Content[];
  readonly principal?: Principal;
}

/** Sessions: regions with one total order of events. */
export interface SessionCalls {
  /** Makes the session with its bootstrap context, or gives the one that is there. */
  ensureSession(wanted?: EnsureSession): Promise<{ readonly session: SessionView; readonly created: boolean }>;
  /** @throws TauError NOT_FOUND */
  getSession(sessionId: string): Promise<SessionView>;
  /** The first `limit` (default 1,000) sessions. */
  listSessions(limit?: number): Promise<readonly SessionView[]>;
  /** Sends further context, before, during or after a run. */
  addContext(sessionId: string, ...context: readonly Content[]): Promise<{ readonly seq: number }>;
  /** A new session that starts with the context of another. */
  forkSession(sessionId: string, newSessionId: string): Promise<SessionView>;
  /** Ends a session: its runs are killed, its journal remains. */
  deleteSession(sessionId: string): Promise<void>;
}

export function sessionCalls({ channel: { sessions } }: ClientContext): SessionCalls {
  return {
    async ensureSession(wanted = {}) {
      const { session, created } = await sessions.createSession({
        sessionId: wanted.sessionId ?? '',
        durability: durabilityToProto(wanted.durability),
        context: (wanted.context ?? []).map(contentToProto),
        principal: principalToProto(wanted.principal),
      });
      return { session: viewOf(session), created };
    },
    async getSession(sessionId) {
      return viewOf((await sessions.getSession({ sessionId })).session);
    },
    async listSessions(limit) {
      const protos = await collectPages(limit, async (pageSize, pageToken) => {
        const page = await sessions.listSessions({ pageSize, pageToken });
        return { items: page.sessions, nextPageToken: page.nextPageToken };
      });
      return protos.map(sessionView);
    },
    async addContext(sessionId, ...context) {
      return sessions.addContext({ sessionId, context: context.map(contentToProto) });
    },
    async forkSession(sessionId, newSessionId) {
      return viewOf((await sessions.forkSession({ sessionId, newSessionId })).session);
    },
    async deleteSession(sessionId) {
      await sessions.deleteSession({ sessionId });
    },
  };
}

function viewOf(session: kernelv1.Session | undefined): SessionView {
  if (session === undefined) throw tauError('INTERNAL', 'the kernel answered without the session');
  return sessionView(session);
}
