import { errorData, type Json } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Draft } from './draft.js';
import { fail } from './ending.js';
import { inWords } from './in-words.js';
import type { PlaceOf } from './place.js';
import { WIDTH_MAX } from './run-limits.js';
import { FlowScope, inputOf } from './scope.js';
import { sizeError, sizeOf } from './value-size.js';

/** Looks what a map goes over. Its items are in the state from then on: what they were made of may change. */
export function runMap(draft: Draft, place: PlaceOf<'map'>): void {
  const { over } = place.plan;
  const items = attempt(() => (over === undefined ? inputOf(place) : over(new FlowScope(place))));
  if (!items.ok) return fail(draft, place, items.error);
  if (!isList(items.value)) {
    const source = over === undefined ? 'its input' : 'its "over"';
    return fail(
      draft,
      place,
      errorData(
        'EXPRESSION_FAILED',
        `a map goes over a list, and ${source} gives ${inWords(items.value)}: name a list, e.g. "over": "input.items"`,
      ),
    );
  }
  if (items.value.length > WIDTH_MAX) {
    const message = `a map goes over at most ${WIDTH_MAX} items, and was given ${items.value.length}: give it parts of the list, each a list, and map over these within`;
    return fail(draft, place, errorData('LIMIT_EXCEEDED', message));
  }
  const size = sizeOf(items.value);
  const tooLarge = sizeError(size, 'the list that it goes over');
  if (tooLarge !== undefined) return fail(draft, place, tooLarge);
  draft.weigh(size);
  draft.happen({ type: 'ItemsListed', at: place.at, items: items.value });
  draft.push('advance', place.at);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
