import { isJsonObject, type Json } from 'tau-core';
import { checkNode } from './check-node.js';
import type { Spot, Walk } from './check-scope.js';
import { report, within } from './check-scope.js';
import { checkMembers, list, may, memberOf, must, name, only, text } from './check-value.js';
import type { FlowContext } from './expression-dialect.js';
import { Findings, type FlowFinding, Place } from './findings.js';
import { measure } from './json-measure.js';
import { NAME_CHARS_MAX, TEXT_CHARS_MAX } from './limits.js';
import { BUILT_IN_REDUCERS, type Reducers } from './reducer.js';

export interface ValidateOptions {
  /** Reducers by name; default those that every flow has. */
  readonly reducers?: Reducers;
}

/** What expressions see everywhere. */
const EVERYWHERE: readonly FlowContext[] = ['input', 'run', 'vars'];

const DEFINITION = {
  format: must(only(1), 'write 1'),
  name: must(text(NAME_CHARS_MAX), 'what people call the flow'),
  description: may(text(TEXT_CHARS_MAX, 0)),
  root: must(() => undefined, 'the node that is run'),
  patches: may(list(name, { unique: true })),
};

/**
 * What is wrong with a definition: everything that can be told without running it, at most FINDINGS_MAX findings, in
 * the order of the definition's members. A definition without any has a plan. Takes any value, e.g. JSON of unknown
 * origin, and never throws.
 */
export function validateFlow(
  definition: unknown,
  { reducers = BUILT_IN_REDUCERS }: ValidateOptions = {},
): readonly FlowFinding[] {
  const findings = new Findings();
  const problem = measure(definition);
  if (problem !== undefined) {
    findings.add(problem.place, problem.message);
    return findings.list;
  }
  const value = definition as Json;
  const patches = isJsonObject(value) ? memberOf(value, 'patches') : undefined;
  const walk: Walk = {
    findings,
    reducers,
    patches: new Set(
      (Array.isArray(patches) ? (patches as readonly Json[]) : []).filter((id) => typeof id === 'string'),
    ),
    nodes: 0,
  };
  const spot: Spot = {
    place: Place.DEFINITION,
    walk,
    scope: { contexts: new Set(EVERYWHERE), stateKeys: undefined, siblings: undefined, depth: 1 },
  };
  if (checkMembers(value, spot, DEFINITION)) {
    const root = memberOf(value, 'root');
    if (root !== undefined) checkNode(root, within(spot, 'root'));
  } else report(spot, 'e.g. { "format": 1, "name": "hello", "root": { "kind": "pass" } }');
  return findings.list;
}
