import { errorData } from 'tau-core';
import { endRun } from './advance-run.js';
import { accept, type Draft, emit, refuse, reply } from './draft.js';
import { eventKey } from './evolve.js';
import type { RegionInput } from './inputs.js';
import { runsByAge } from './order-work.js';
import { recall } from './seen-keys.js';
import { cannotStart, startRun } from './start-run.js';
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
  for (const run of runsByAge(draft.state))
    endRun(draft, run.runId, { kind: 'cancelled', reason: 'its session was deleted' });
  emit(draft, { type: 'session.deleted' });
  accept(draft);
}

/** Takes an event once, and starts the runs that it triggers in the same group: both are durable, or neither. */
export function publishEvent(draft: Draft, input: Input<'publish'>): void {
  const known = recall(draft.state.events, eventKey(input.event));
  if (known !== undefined) return reply(draft, { ok: true, ...known, fresh: false });
  if (draft.state.session !== undefined && !isOpen(draft)) return;
  const starts = input.event.echo === true ? [] : input.starts;
  const refusal = starts.length === 0 ? undefined : cannotStart(draft, starts.length);
  if (refusal !== undefined) return refuse(draft, refusal);
  if (draft.state.session === undefined) emit(draft, { type: 'session.created', durable: input.durable, context: [] });
  const runIds = starts.map((start) => start.runId);
  const { seq } = emit(draft, { type: 'event.received', event: input.event, runIds });
  for (const start of starts) startRun(draft, start);
  reply(draft, { ok: true, seq, runIds, fresh: true });
}

/** Whether the session is there and takes input; if not, the refusal is given. */
export function isOpen(draft: Draft): boolean {
  if (draft.state.session === undefined) {
    refuse(
      draft,
      errorData('NOT_FOUND', `there is no session "${draft.state.id}"; create it first, or see "tau sessions"`),
    );
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
  const bytes = all.reduce((sum, item) => sum + itemBytes(item), 0);
  if (bytes <= draft.limits.contextBytesMax) return true;
  const message = `the context would be ${bytes} bytes, the limit contextBytesMax is ${draft.limits.contextBytesMax}; send a uri in place of the body`;
  refuse(draft, errorData('LIMIT_EXCEEDED', message));
  return false;
}

function itemBytes({ mediaType, name, text = '', base64 = '', uri = '' }: ContextItem): number {
  return [mediaType, name, text, base64, uri].reduce((sum, part) => sum + utf8Bytes(part), 0);
}

/** Counted and not encoded: pure code has no encoder. Each half of a surrogate pair is two of its four bytes. */
function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}
