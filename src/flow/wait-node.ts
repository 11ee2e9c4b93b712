import { later } from 'tau-core';
import { attempt, expressionFailed } from '../expression/expression.js';
import type { Draft } from './draft.js';
import { fail } from './ending.js';
import { inWords } from './in-words.js';
import type { Place, PlaceOf } from './place.js';
import { conclude } from './questions.js';
import { FlowScope, inputOf, isGivenState } from './scope.js';

/** A wait ends no later than this: instants must stay whole numbers. Some 1,000 years. */
const WAIT_MAX_MS = 32_000_000_000_000;

export function runWait(draft: Draft, place: PlaceOf<'wait'>): void {
  const ms = attempt(() => waitOf(place));
  if (!ms.ok) return fail(draft, place, ms.error);
  if (ms.value <= 0) return endWait(draft, place);
  draft.happen({
    type: 'WaitStarted',
    at: place.at,
    until: later(draft.now, Math.ceil(Math.min(ms.value, WAIT_MAX_MS))),
  });
}

function waitOf(place: PlaceOf<'wait'>): number {
  const { ms, node } = place.plan;
  if (typeof ms === 'number') return ms;
  const given = ms(new FlowScope(place));
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value === 'number' && !Number.isNaN(value)) return value;
  const expr =
    node.kind === 'wait'
      ? String(node.ms)
          .replace(/^\s*\$\{\{|\}\}\s*$/g, '')
          .trim()
      : '';
  throw expressionFailed(
    { expr, line: 1, column: 1, place: `${place.plan.place}.ms` },
    `it must give milliseconds, and gives ${inWords(given)}: let it give a number, e.g. 1500`,
  );
}

/** Its time is over: its output is its input. */
export function endWait(draft: Draft, place: Place): void {
  if (isGivenState(place)) return conclude(draft, place);
  const input = attempt(() => inputOf(place));
  if (input.ok) conclude(draft, place, input.value);
  else fail(draft, place, input.error);
}
