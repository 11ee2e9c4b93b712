import { type ErrorData, errorData, type Instant, isJsonObject, type Json, type JsonObject } from 'tau-core';
import { parseInstant } from './civil-time.js';
import type { OverlapPolicy } from './definition.js';

/** A message that makes sense, with its instants read. */
export type ReadMessage =
  | { readonly op: 'pause'; readonly reason: string }
  | { readonly op: 'resume'; readonly makeUp: boolean }
  | {
      readonly op: 'backfill';
      readonly from: Instant;
      readonly until: Instant;
      readonly overlap: OverlapPolicy;
      readonly again?: string;
    }
  | { readonly op: 'trigger'; readonly overlap?: OverlapPolicy };

export const OVERLAP_POLICIES: readonly OverlapPolicy[] = [
  'skip',
  'buffer-one',
  'buffer-all',
  'cancel-previous',
  'allow',
];

const MEMBERS: { readonly [op: string]: readonly string[] } = {
  pause: ['reason'],
  resume: ['makeUp'],
  backfill: ['from', 'until', 'overlap', 'again'],
  trigger: ['overlap'],
};

/** Reads what somebody sent; an error that says what to send instead otherwise. */
export function readMessage(content: Json): ReadMessage | ErrorData {
  if (!isJsonObject(content) || typeof content['op'] !== 'string' || !Object.hasOwn(MEMBERS, content['op'])) {
    return refused('send {"op": "pause"}, "resume", "backfill" or "trigger"');
  }
  const { op } = content;
  const known = MEMBERS[op] ?? [];
  const odd = Object.keys(content).find((name) => name !== 'op' && !known.includes(name));
  if (odd !== undefined) return refused(`"${op}" has no "${odd}"; it has ${known.join(', ')}`);
  switch (op) {
    case 'pause':
      return { op, reason: textOf(content, 'reason') ?? 'as it was asked for' };
    case 'resume':
      return { op, makeUp: content['makeUp'] === true };
    case 'backfill':
      return readBackfill(content);
    default: {
      const overlap = overlapOf(content);
      if (overlap === null) return noOverlap();
      return { op: 'trigger', ...(overlap === undefined ? {} : { overlap }) };
    }
  }
}

/** Whether it is an error: messages have an `op`. */
export function isRefused(message: ReadMessage | ErrorData): message is ErrorData {
  return !('op' in message);
}

function readBackfill(content: JsonObject): ReadMessage | ErrorData {
  const from = parseInstant(textOf(content, 'from') ?? '');
  const until = parseInstant(textOf(content, 'until') ?? '');
  if (from === undefined || until === undefined || until < from) {
    return refused('a backfill needs "from" and "until", in this order, such as "2026-03-01T09:00:00+01:00"');
  }
  const overlap = overlapOf(content);
  if (overlap === null) return noOverlap();
  const again = textOf(content, 'again');
  return { op: 'backfill', from, until, overlap: overlap ?? 'buffer-all', ...(again === undefined ? {} : { again }) };
}

function overlapOf(content: JsonObject): OverlapPolicy | undefined | null {
  const overlap = content['overlap'];
  return overlap === undefined ? undefined : (OVERLAP_POLICIES.find((policy) => policy === overlap) ?? null);
}

function textOf(content: JsonObject, name: string): string | undefined {
  const value = content[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
}

function noOverlap(): ErrorData {
  return refused(`"overlap" is one of ${OVERLAP_POLICIES.join(', ')}`);
}

function refused(message: string): ErrorData {
  return errorData('INVALID_ARGUMENT', message);
}
