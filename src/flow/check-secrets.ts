import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { report, type Spot, within } from './check-scope.js';
import { memberOf } from './check-value.js';
import { listed } from './listed.js';
import { outputPath } from './secret-keys.js';

/*
 * A secret is taken out of what a call gave before anything of it is stored. So it must be known, from the definition alone, where
 * in which call's output it is: a secret key is written by a task or an ask directly in its graph, and by nothing that passes
 * outputs on; and what is given to a graph as a secret was one before.
 */

/** Checks that a node of a graph writes secret keys only where they are found. `isGiven`: it may be sent something. */
export function checkSecretWrites(node: JsonObject, spot: Spot, isGiven: boolean): void {
  const secretKeys = spot.scope.secretKeys ?? NONE;
  if (secretKeys.size === 0) return;
  const kind = memberOf(node, 'kind');
  const writes = memberOf(node, 'writes');
  if (kind === 'task' || kind === 'ask') {
    for (const key of secretKeys) {
      const path = isJsonObject(writes) ? outputPath(memberOf(writes, key)) : writes === undefined ? [key] : undefined;
      if (path === undefined) continue;
      checkDefaults(node, spot, { kind, key, path });
      if (memberOf(node, 'onError') === 'continue' && (path[0] ?? 'error').toLowerCase() === 'error')
        report(
          within(spot, 'onError'),
          `its failure would be the secret "${key}": leave this out, or write a path of the output`,
        );
    }
  } else if (isJsonObject(writes)) {
    for (const key of secretKeys)
      if (memberOf(writes, key) !== undefined) report(within(within(spot, 'writes'), key), notWritten(kind, key));
  } else if (writes === undefined && !givesNothing(node, isGiven)) {
    const what = `its output is an update of the state, whose key ${listed(secretKeys)} is secret`;
    report(spot, `${what}: say what it writes, e.g. "writes": {}; ${WRITER}`);
  }
}

const NONE: ReadonlySet<string> = new Set();
const WRITER = 'a secret is written by a task or an ask directly in its graph';

function notWritten(kind: Json | undefined, key: string): string {
  return `"${key}" is secret, and this is a ${String(kind)}: leave it out here; ${WRITER}`;
}

/** A pass or a wait that is given the state of its graph writes nothing. */
function givesNothing(node: JsonObject, isGiven: boolean): boolean {
  const kind = memberOf(node, 'kind');
  return (
    (kind === 'pass' || kind === 'wait') &&
    !isGiven &&
    memberOf(node, 'input') === undefined &&
    memberOf(node, 'interrupt') === undefined
  );
}

interface Written {
  readonly kind: 'task' | 'ask';
  readonly key: string;
  readonly path: readonly string[];
}

/** Answers that are in the definition have no secret in them. */
function checkDefaults(node: JsonObject, spot: Spot, { kind, key, path }: Written): void {
  const interrupt = objectOf(memberOf(node, 'interrupt'));
  const at = within(spot, 'interrupt');
  const check = (question: Json | undefined, where: Spot, actions: readonly string[]): void => {
    const answer = objectOf(memberOf(objectOf(question), 'default'));
    if (!actions.includes(String(memberOf(answer, 'action')))) return;
    const found = path.reduce<Json | undefined>((value, name) => memberOf(objectOf(value), name), answer['value']);
    if (found !== undefined && found !== null) report(within(within(where, 'default'), 'value'), literal(key));
  };
  if (kind === 'ask') check(node, spot, ['approve', 'edit', 'respond']);
  check(interrupt['before'], within(at, 'before'), ['respond']);
  check(interrupt['after'], within(at, 'after'), ['edit']);
}

function literal(key: string): string {
  return `"${key}" is secret, and a secret is never in a definition: leave this out`;
}

/** Checks what a graph is given for its secret keys. The spot is that of the graph, seen from outside. */
export function checkSecretInput(graph: JsonObject, spot: Spot, secretKeys: ReadonlySet<string>): void {
  if (secretKeys.size === 0) return;
  const [first = ''] = secretKeys;
  const isRoot = spot.scope.depth === 1;
  const input = memberOf(graph, 'input');
  const at = within(spot, 'input');
  const from = isRoot ? 'input' : 'state';
  if (input === undefined) {
    const advice = `e.g. "input": { "${first}": "\${{ state.${first} }}" }, or {} for nothing`;
    if (!isRoot) report(spot, `a graph within a flow, with secret keys, says what it is given: write ${advice}`);
  } else if (!isJsonObject(input)) {
    if (!isRoot || typeof input !== 'string' || !/^\$\{\{\s*input\s*\}\}$/.test(input))
      report(at, `the input of a graph with secret keys is an object, by key: write { "${first}": ... }`);
  } else {
    for (const key of secretKeys) {
      const given = memberOf(input, key);
      if (given === undefined || given === null || isPassedOn(given, from, key, spot)) continue;
      const advice = isRoot ? `\${{ input.${key} }}` : `\${{ state.${key} }}, of a key of this name that is secret too`;
      report(within(at, key), `"${key}" is secret, and is given a secret only: write ${advice}, or leave it out`);
    }
  }
  const before = objectOf(memberOf(objectOf(memberOf(graph, 'interrupt')), 'before'));
  const answer = objectOf(memberOf(before, 'default'));
  for (const key of secretKeys) {
    const value = memberOf(objectOf(answer['value']), key);
    if (answer['action'] === 'edit' && value !== undefined && value !== null)
      report(within(within(within(within(spot, 'interrupt'), 'before'), 'default'), 'value'), literal(key));
  }
}

function isPassedOn(given: Json, from: 'input' | 'state', key: string, { scope }: Spot): boolean {
  if (typeof given !== 'string') return false;
  const expr = /^\$\{\{\s*([\w.-]+)\s*\}\}$/.exec(given)?.[1];
  return expr === `${from}.${key}` && (from === 'input' || scope.secretKeys?.has(key) === true);
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
