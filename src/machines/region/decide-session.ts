import { errorData } from 'tau-core';
import { endRun } from './advance-run.js';
import { accept, type Draft, emit, refuse } from './draft.js';
import { eventKey } from './evolve.js';
import type { RegionInput } from './inputs.js';
import { recall } from './seen-keys.js';
import { startRun } from './start-run.js';
import type { ContextItem } from './state.js';

type Input<Type extends RegionInput['type']> = Extract<RegionInput, { readonly type: Type }>;

/** Creating a session that is there answers as the first time did, with `fresh: false`. */
export function createSession(draft: Draft, input: Input<'createSession'>): void {
  if (draft.state.session?.deleted) return refuseDeleted(draft);
  if (draft.state.session !== undefined) return accept(draft, { fresh: false });
  if (!contextFits(draft, input.context)) return;
  const { type: _, ...session } = input;
  emit(draft, { type: 'session.created', ...session });
  accept(draft);
}

export function addContext(draft: Draft, input: Input<'addContext'>): void {
  if (!isOpen(draft) || !contextFits(draft, input.context)) return;
  emit(draft, { type: 'context.added', context: input.context });
  accept(draft);
}

/** Runs in progress are killed: a deleted session does nothing any more. */
export function deleteSession(draft: Draft): void {
  if (!isOpen(draft)) return;
  for (const run of draft.state.runs.values()) endRun(draft, run.runId, { kind: 'cancelled', reason: 'its session was deleted' });
  emit(draft, { type: 'session.deleted' });
  accept(draft);
}

/** Takes an event once, and starts the runs that it triggers in the same group: both are durable, or neither. */
export function publishEvent(draft: Draft, input: Input<'publish'>): void {
  const known = recall(draft.state.events, eventKey(input.event));
  if (known !== undefined) {
    return draft.effects.push({ type: 'reply', reply: { ok: true, ...known, fresh: false } }), undefined;
  }
  if (draft.state.session === undefined) emit(draft, { type: 'session.created', durable: input.durable, context: [] });
  if (!isOpen(draft)) return;
  const runIds = input.event.echo === true ? [] : input.starts.map((start) => start.runId);
  const { seq } = emit(draft, { type: 'event.received', event: input.event, runIds });
  if (runIds.length > 0) for (const start of input.starts) startRun(draft, start);
  draft.effects.push({ type: 'reply', reply: { ok: true, seq, runIds, fresh: true } });
}

/** Whether the session is there and takes input; if not, the refusal is given. */
export function isOpen(draft: Draft): boolean {
  if (draft.state.session === undefined) {
    refuse(draft, errorData('NOT_FOUND', `there is no session "${draft.state.id}"; create it first, or see "tau sessions"`));
    return false;
  }
  if (draft.state.session.deleted) refuseDeleted(draft);
  return !draft.state.session.deleted;
}

function refuseDeleted(draft: Draft): void {
  refuse(draft, errorData('CONFLICT', `the session "${draft.state.id}" was deleted; use another id`));
}

function contextFits(draft: Draft, added: readonly ContextItem[]): boolean {
  const all = [...(draft.state.session?.context ?? []), ...added];
  const bytes = all.reduce((sum, item) => sum + (item.text?.length ?? 0) + (item.base64?.length ?? 0), 0);
  if (bytes <= draft.limits.contextBytesMax) return true;
  const message = `the context would be ${bytes} bytes, the limit contextBytesMax is ${draft.limits.contextBytesMax}; send a uri in place of the body`;
  refuse(draft, errorData('LIMIT_EXCEEDED', message));
  return false;
}
