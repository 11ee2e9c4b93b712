import type { Json, JsonObject } from 'tau-core';
import { member } from './names.js';

/** Payload members that carry a number, the one that the event is about first. */
const NUMBERED: readonly (readonly [member: string, subject: string])[] = [
  ['pull_request', 'pulls'],
  ['issue', 'issues'],
  ['discussion', 'discussions'],
  ['alert', 'alerts'],
  ['milestone', 'milestones'],
  ['project', 'projects'],
];

/**
 * What in its session an event is about, e.g. `issues/12`; undefined when the payload names nothing with a number.
 * A comment on a pull request arrives as one on an issue; its subject is the pull request, as for its other events.
 */
export function subjectOf(payload: JsonObject): string | undefined {
  for (const [name, subject] of NUMBERED) {
    const value = payload[name];
    const number = member(value, 'number');
    if (!isNumber(number)) continue;
    const isPull = name === 'issue' && member(value, 'pull_request') !== undefined;
    return `${isPull ? 'pulls' : subject}/${number}`;
  }
  return undefined;
}

function isNumber(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}
