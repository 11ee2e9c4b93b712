import type { CallId } from 'tau-core';
import { ownId } from './path.js';
import type { Place } from './place.js';

/** The id of the call or question that a place waits for; undefined while it waits for none. */
export function openCall({ at, activation }: Place): CallId | undefined {
  const { kind, phase, asked, stop } = activation;
  if (phase === 'lock' || stop !== undefined) return undefined;
  if (asked === undefined) return kind === 'task' && phase === undefined ? ownId(at) : undefined;
  const part = phase === undefined ? '' : `:${phase}`;
  return ownId(at, asked.times === 1 ? part : `${part}:${asked.times}`);
}

/** The id of the lock that a place holds or waits for. */
export function openLock({ at, activation }: Place): CallId | undefined {
  return activation.phase === 'lock' || activation.locked === true ? lockOf(at) : undefined;
}

export function lockOf(at: string): CallId {
  return ownId(at, ':lock');
}
