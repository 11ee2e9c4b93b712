import { errorData, type Instant } from 'tau-core';
import { openCall } from './call-ids.js';
import type { Draft } from './draft.js';
import { fail } from './ending.js';
import { openChildren, type Place } from './place.js';
import { expireQuestion } from './questions.js';
import { nextIn, nextInChunk } from './timers.js';
import { endWait } from './wait-node.js';

type What = 'timeout' | 'question' | 'wait';

interface DueTime {
  readonly at: string;
  readonly what: What;
  readonly time: Instant;
  readonly depth: number;
}

/** Does what time asks for, one deadline after another, in their order; `goOn` does what follows from each. */
export function expire(draft: Draft, goOn: () => void): void {
  const { timers } = draft.state;
  if (timers === undefined || timers.next > draft.now) return;
  for (const due of dueTimes(draft)) {
    const place = draft.place(due.at);
    if (place === undefined || timeOf(place, due.what) !== due.time) continue;
    expireOne(draft, place, due.what);
    goOn();
  }
  if (draft.state.timers !== undefined && draft.state.timers.next <= draft.now) draft.happen({ type: 'TimersChecked' });
}

function dueTimes(draft: Draft): readonly DueTime[] {
  const root = draft.place('');
  const due: DueTime[] = [];
  if (root === undefined) return due;
  const visit = (place: Place): void => {
    if (nextIn(place.activation) > draft.now) return;
    for (const what of WHATS) {
      const time = timeOf(place, what);
      if (time !== undefined && time <= draft.now) due.push({ at: place.at, what, time, depth: depthOf(place) });
    }
    for (const child of openChildren(place, (chunk) => nextInChunk(chunk) <= draft.now)) visit(child);
  };
  visit(root);
  // At the same instant what ends by itself comes before what it is in runs out of time.
  return due.sort((a, b) => a.time - b.time || b.depth - a.depth);
}

const WHATS: readonly What[] = ['question', 'wait', 'timeout'];

function timeOf({ activation }: Place, what: What): Instant | undefined {
  if (what === 'timeout') return activation.deadline;
  if (what === 'question') return activation.asked?.deadline;
  return activation.kind === 'wait' && activation.phase === undefined ? activation.until : undefined;
}

function depthOf(place: Place): number {
  let depth = 0;
  for (let outer = place.parent; outer !== undefined; outer = outer.parent) depth += 1;
  return depth;
}

function expireOne(draft: Draft, place: Place, what: What): void {
  if (what === 'wait') return endWait(draft, place);
  if (what === 'question') return expireQuestion(draft, place);
  const call = openCall(place);
  if (call !== undefined) draft.withdrawCall(call, 'its node ran out of time');
  fail(
    draft,
    place,
    errorData(
      'WORK_DEADLINE',
      `it took longer than ${place.plan.timeoutMs} ms: raise its "timeoutMs", or say by "onError" what then`,
    ),
  );
}
