import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { report, type Spot, seeing, within } from './check-scope.js';
import { type Check, checkMembers, condition, list, may, memberOf, must } from './check-value.js';
import { END } from './definition.js';
import type { FlowContext } from './expression-dialect.js';
import { listed } from './listed.js';

/**
 * Checks the edges of a graph one by one; whether they are of the right shape, so that they can be looked at together.
 */
export function checkEdges(edges: Json | undefined, graph: Spot, fannedOut: ReadonlySet<string>): boolean {
  if (!Array.isArray(edges)) return false;
  const contexts = new Set<FlowContext>([...graph.scope.contexts].filter((context) => context !== 'input'));
  const spot: Spot = { ...graph, scope: { ...graph.scope, contexts } };
  let isSound = true;
  for (const [index, edge] of (edges as readonly Json[]).entries()) {
    const at = within(within(spot, 'edges'), index);
    if (isJsonObject(edge))
      isSound =
        checkEdge(edge, fannedOut.has(String(memberOf(edge, 'from'))) ? seeing(at, 'item', 'index') : at) && isSound;
    else {
      report(at, 'this must be an edge, e.g. { "from": "a", "to": "b" }');
      isSound = false;
    }
  }
  return isSound;
}

function checkEdge(edge: JsonObject, spot: Spot): boolean {
  const isChoice = memberOf(edge, 'choose') !== undefined;
  const isEach = memberOf(edge, 'each') !== undefined;
  if (isChoice && isEach) {
    report(spot, 'an edge has "choose" or "each", not both: make two edges of it');
    return false;
  }
  const one = seeing(spot, 'output');
  if (isChoice) {
    checkMembers(edge, one, { from: must(source, 'the node behind which to choose'), choose: must(choices, CHOICES) });
    return isText(edge, 'from') && isChoices(memberOf(edge, 'choose'));
  }
  if (isEach) {
    checkMembers(edge, one, {
      from: must(source, 'the node whose items they are'),
      each: must(condition, 'an expression that gives a list'),
      to: must(inner, 'the node that is due for each item'),
    });
    return isText(edge, 'from') && isText(edge, 'to');
  }
  const from = memberOf(edge, 'from');
  const isJoin = Array.isArray(from) && from.length > 1;
  checkMembers(edge, isJoin ? spot : one, {
    from: must(isJoin || Array.isArray(from) ? list(source, { min: 1, unique: true }) : source, 'a node, or several'),
    to: must(nodeOrEnd, 'the node that is due then, or "$end"'),
    when: may(condition),
  });
  const isFrom = Array.isArray(from)
    ? (from as readonly Json[]).every((name) => typeof name === 'string')
    : isText(edge, 'from');
  return isFrom && isText(edge, 'to');
}

const CHOICES = 'a list of { "when"?, "to" }';

const source: Check = (value, spot) => {
  if (value === END) report(spot, `nothing is due after "${END}": leave the edge out`);
  else inner(value, spot);
};

const inner: Check = (value, spot) => {
  const { siblings } = spot.scope;
  if (value === END) report(spot, `an edge with "each" cannot lead to "${END}": name a node`);
  else if (typeof value !== 'string' || siblings?.has(value) !== true) {
    const known = listed(siblings ?? []) || 'none';
    report(spot, `there is no node ${JSON.stringify(value)}: there are ${known}`);
  }
};

const nodeOrEnd: Check = (value, spot) => {
  if (value !== END) inner(value, spot);
};

const choices: Check = (value, spot) => {
  list(
    (choice, at) => {
      checkMembers(choice, at, { when: may(condition), to: must(nodeOrEnd, 'the node that is due then, or "$end"') });
    },
    { min: 1 },
  )(value, spot);
  const all = Array.isArray(value) ? (value as readonly Json[]) : [];
  const last = all.findIndex((choice) => isJsonObject(choice) && memberOf(choice, 'when') === undefined);
  if (last >= 0 && last < all.length - 1)
    report(within(spot, last + 1), 'the choice before it always holds: give that one "when", or put it last');
};

function isText(edge: JsonObject, name: string): boolean {
  return typeof memberOf(edge, name) === 'string';
}

function isChoices(value: Json | undefined): boolean {
  if (!Array.isArray(value)) return false;
  return (value as readonly Json[]).every((choice) => isJsonObject(choice) && isText(choice, 'to'));
}
