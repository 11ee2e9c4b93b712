import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { COMMON, checkTarget, policy, retry } from './check-common.js';
import { checkText } from './check-expression.js';
import { checkGraph } from './check-graph.js';
import { checkAnswers, QUESTION } from './check-question.js';
import { report, type Spot, seeing, within } from './check-scope.js';
import {
  type Check,
  checkMembers,
  condition,
  list,
  type Members,
  may,
  memberOf,
  must,
  name,
  object,
  oneOf,
  template,
  textTemplateCheck,
  whole,
} from './check-value.js';
import { END } from './definition.js';
import { DURATION_MS_MAX, FLOW_DEPTH_MAX, FLOW_NODES_MAX, ROUNDS_MAX } from './limits.js';
import { nearest } from './nearest.js';
import { OTHERWISE } from './node-children.js';

const CAPABILITY = /^[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9._/@-]{0,199}$/;

const capability: Check = (value, spot) => {
  if (typeof value === 'string' && CAPABILITY.test(value)) return;
  report(spot, 'this must be a capability, <kind>:<name>, e.g. "model:classify" or "action:github/comment@v1"');
};

const target: Check = (value, spot) => {
  if (value === END && spot.scope.siblings !== undefined) return;
  if (typeof value === 'string') checkTarget(value, spot, '"leadsTo"');
  else report(spot, 'this must be the name of a node');
};

const wait: Check = (value, spot) => {
  if (typeof value !== 'string') whole(0, DURATION_MS_MAX, ' milliseconds, or an expression in ${{ }}')(value, spot);
  else if (!value.startsWith('${{')) report(spot, 'this must be milliseconds, or an expression in ${{ }}');
  else checkText(value, spot);
};

/** A node within another pattern: not a node of the graph around it any more. */
const child: Check = (value, spot) => checkNode(value, inside(spot));

const looped: Check = (value, spot) => checkNode(value, inside(seeing(spot, 'round')));
const mapped: Check = (value, spot) => checkNode(value, inside(seeing(spot, 'item', 'index')));

function inside(spot: Spot): Spot {
  const { scope } = spot;
  return { ...spot, scope: { ...scope, siblings: undefined, depth: scope.depth + 1 } };
}

const named = { name: must(name, 'unique among its siblings'), node: must(child, 'a node, e.g. { "kind": "pass" }') };

/** Named nodes, their names different. */
function namedNodes(members: Members, reserved: readonly string[] = [], spelling = (name: string) => name): Check {
  const items = list(object(members), { min: 1 });
  return (value, spot) => {
    items(value, spot);
    const known = new Map(reserved.map((one) => [spelling(one), one]));
    for (const [index, item] of (Array.isArray(value) ? (value as readonly Json[]) : []).entries()) {
      const own = isJsonObject(item) ? memberOf(item, 'name') : undefined;
      if (typeof own !== 'string') continue;
      const other = known.get(spelling(own));
      if (other !== undefined) {
        const at = within(within(spot, index), 'name');
        if (other === own) report(at, `"${own}" is the name of another one here: take another`);
        else report(at, `"${own}" and "${other}" are one name to expressions, which look in any case: take another`);
      }
      known.set(spelling(own), own);
    }
  };
}

const workers = {
  workers: may(whole(1, 1_000_000)),
  failure: may(oneOf('fail-fast', 'collect')),
};

const NODES_HINT = 'a list of { "name", "node" }';
const NODES = must(namedNodes(named), NODES_HINT);

/** Their names are members of an output, which expressions find in any case. */
const membersOf = namedNodes(named, [], (own) => own.toLowerCase());

const KINDS: { readonly [kind: string]: Members } = {
  task: {
    ...COMMON,
    input: may(template({ withSecrets: true })),
    call: must(capability, 'the capability that it calls, e.g. "model:classify"'),
    retry: may(retry),
    policy: may(policy),
    stickyKey: may(textTemplateCheck),
    leadsTo: may(list(target, { min: 1, unique: true })),
  },
  ask: { ...COMMON, ...QUESTION },
  pass: COMMON,
  wait: { ...COMMON, ms: must(wait, 'milliseconds, or an expression in ${{ }}') },
  receive: { ...COMMON, when: may((value, spot) => condition(value, seeing(spot, 'message'))) },
  chain: { ...COMMON, nodes: NODES },
  parallel: { ...COMMON, ...workers, nodes: must(membersOf, NODES_HINT) },
  map: { ...COMMON, ...workers, over: may(condition), node: must(mapped, 'what is done for each item') },
  race: { ...COMMON, nodes: NODES },
  loop: {
    ...COMMON,
    node: must(looped, 'what is done in each round'),
    until: must((value, spot) => condition(value, seeing(spot, 'output', 'round')), 'e.g. "output.done"'),
    roundsMax: must(whole(1, ROUNDS_MAX), `a loop needs a bound, 1 to ${ROUNDS_MAX}`),
    onMax: may(oneOf('fail', 'take')),
  },
  route: {
    ...COMMON,
    choose: must((value, spot) => routeChoices(value, spot), 'a list of { "name", "when", "node" }'),
    otherwise: may(child),
  },
  saga: {
    ...COMMON,
    steps: must(namedNodes({ ...named, undo: may(child) }), 'a list of { "name", "node", "undo"? }'),
  },
};

const routeChoices = namedNodes({ ...named, when: must(condition, 'e.g. "input.kind == \'bug\'"') }, [OTHERWISE]);

const NODE_KINDS = [...Object.keys(KINDS), 'graph'];

/** Checks a node and all that is in it. */
export function checkNode(value: Json, spot: Spot): void {
  const { walk, scope } = spot;
  if (walk.findings.isFull) return;
  walk.nodes += 1;
  if (walk.nodes > FLOW_NODES_MAX) {
    if (walk.nodes === FLOW_NODES_MAX + 1)
      report(spot, `a flow may have ${FLOW_NODES_MAX} nodes: split it, and start the parts by "run:start@v1"`);
    return;
  }
  if (scope.depth > FLOW_DEPTH_MAX) {
    report(spot, `nodes may be nested ${FLOW_DEPTH_MAX} levels deep: flatten this, or start it by "run:start@v1"`);
    return;
  }
  const kind = isJsonObject(value) ? memberOf(value, 'kind') : undefined;
  if (!isJsonObject(value)) {
    report(spot, 'this must be a node, e.g. { "kind": "task", "call": "model:classify" }');
  } else if (kind === 'graph') {
    checkGraph(value, holdingLock(value, spot), { common: COMMON, checkNode });
  } else if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) {
    const similar = typeof kind === 'string' ? nearest(kind, NODE_KINDS) : undefined;
    const advice = similar === undefined ? `take one of ${NODE_KINDS.join(', ')}` : `did you mean "${similar}"?`;
    if (kind === undefined) report(spot, `"kind" is missing: ${advice}`);
    else report(within(spot, 'kind'), `unknown kind: ${advice}`);
  } else {
    checkKind(kind, value, holdingLock(value, spot));
  }
}

/** The spot with the lock of its node, if its key is known. A lock that is held around it already would be waited for for ever. */
function holdingLock(node: JsonObject, spot: Spot): Spot {
  const lock = memberOf(node, 'lock');
  const key = isJsonObject(lock) ? memberOf(lock, 'key') : undefined;
  if (!isJsonObject(lock) || typeof key !== 'string' || key.includes('${{')) return spot;
  const slots = memberOf(lock, 'slots');
  const own = { key, slots: typeof slots === 'number' ? slots : 1 };
  const locks = [...(spot.scope.locks ?? []), own];
  const same = locks.filter((held) => held.key === key);
  if (same.length > 1 && same.some((held) => held.slots < same.length)) {
    const message = `a node around this holds the lock "${key}": it would wait for itself; leave this one out, or take another key`;
    report(within(within(spot, 'lock'), 'key'), message);
  }
  return { ...spot, scope: { ...spot.scope, locks } };
}

function checkKind(kind: string, node: JsonObject, spot: Spot): void {
  checkMembers(node, spot, KINDS[kind] ?? COMMON);
  if (kind === 'ask') checkAnswers(node, spot, 'ask');
  if (kind === 'task' && memberOf(node, 'leadsTo') !== undefined && memberOf(node, 'writes') !== undefined) {
    report(within(spot, 'writes'), 'a task with "leadsTo" gives its update itself: leave "writes" out');
  }
}
