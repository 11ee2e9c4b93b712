import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { report, type Spot, within } from './check-scope.js';
import { boolean, checkMembers, isName, literal, may, memberOf, NAME_ADVICE, oneOf, text } from './check-value.js';
import { reducerOf } from './compile-graph.js';
import type { StateKey } from './definition.js';
import { DEFAULT_REDUCER, fitsReducer, fitsStateType, type Reducer, startOf, stateTypeOf } from './reducer.js';

const TYPES = ['text', 'number', 'boolean', 'list', 'object'] as const;

const STATE_KEY = {
  reducer: may(text(100)),
  type: may(oneOf(...TYPES)),
  initial: may(literal),
  secret: may(boolean),
};

/** Checks the keys of a graph's state. */
export function checkState(state: JsonObject, spot: Spot): void {
  const known = new Map<string, string>();
  for (const [name, key] of Object.entries(state)) {
    const at = within(spot, name);
    const other = known.get(name.toLowerCase());
    known.set(name.toLowerCase(), name);
    if (other !== undefined)
      report(at, `"${name}" and "${other}" are one name to expressions, which look in any case: take another`, {
        atName: true,
      });
    if (!isName(name)) report(at, `"${name}" cannot be a key of a state: take ${NAME_ADVICE}`, { atName: true });
    if (isJsonObject(key) && checkMembers(key, at, STATE_KEY)) checkKey(key, at);
    else report(at, 'this must be a key of a state, {} for one that is replaced');
  }
}

function checkKey(key: JsonObject, spot: Spot): void {
  const named = memberOf(key, 'reducer') ?? DEFAULT_REDUCER;
  if (typeof named !== 'string') return;
  const { reducers } = spot.walk;
  const reducer = reducerOf(reducers, named);
  if (reducer === undefined) {
    report(within(spot, 'reducer'), `there is no reducer "${named}": there are ${Object.keys(reducers).join(', ')}`);
    return;
  }
  const type = TYPES.find((known) => known === memberOf(key, 'type'));
  checkType(type, { named, reducer }, within(spot, 'type'));
  checkInitial(memberOf(key, 'initial'), { named, reducer, type }, within(spot, 'initial'));
  if (memberOf(key, 'secret') === true) checkSecret(key, { named, reducer }, spot);
}

interface Named {
  readonly named: string;
  readonly reducer: Reducer;
}

function checkType(type: StateKey['type'], { named, reducer }: Named, spot: Spot): void {
  const { initial } = reducer;
  const wanted = named === 'min' || named === 'max' ? 'number' : stateTypeOf(initial);
  if (type === undefined || wanted === undefined || wanted === type) return;
  report(spot, `the reducer "${named}" makes a ${wanted}: say "${wanted}", or leave "type" out`);
}

function checkInitial(
  initial: Json | undefined,
  { named, reducer, type }: Named & { readonly type: StateKey['type'] },
  spot: Spot,
): void {
  if (initial === undefined || initial === null) {
    if (initial === null && reducer.initial !== null)
      report(spot, `the reducer "${named}" starts with ${JSON.stringify(reducer.initial)}: leave "initial" out`);
    return;
  }
  if (!fitsReducer(reducer, initial)) {
    report(spot, `this does not fit the reducer "${named}": take ${startOf(reducer)}`);
  } else if (!fitsStateType(type, initial)) {
    report(spot, `this is no ${type}: take one, or leave "initial" out`);
  }
}

function checkSecret(key: JsonObject, { named, reducer }: Named, spot: Spot): void {
  const type = memberOf(key, 'type');
  if (memberOf(key, 'initial') !== undefined)
    report(within(spot, 'initial'), 'a secret is never in a definition: leave "initial" out, and give it as input');
  if (reducer.initial !== null || named === 'min' || named === 'max')
    report(within(spot, 'reducer'), 'a secret is a text that is replaced: leave "reducer" out, or say "last"');
  if (type !== undefined && type !== 'text')
    report(within(spot, 'type'), 'a secret is a text: say "text", or leave "type" out');
}
