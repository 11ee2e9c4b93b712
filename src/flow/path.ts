import { type CallId, callId } from 'tau-core';
import type { NodePlan } from './node-plan.js';

/*
 * Paths lead from the root to an activation, and are the ids of its calls, unique in the run:
 *
 *   plan            a node of the root graph in its first step, or a child of a chain, a parallel, ...
 *   plan@4          the same node in step 4 of its graph
 *   research[7]@2   an item of a fan-out in a graph
 *   research@2[7]   an item of a map
 *   loop#3.score    in round 3 of a loop
 *   order.pay$undo  what undoes a step of a saga; `$otherwise` of a route
 *
 * What a node asks besides its own call has its path with `:before`, `:after`, and `:2`, `:3`, ... when it is asked again;
 * its lock has `:lock`. The root's path is empty; its own ids start with `$root`.
 */

const ROOT_ID = '$root';
const DOT = 46;
const HASH = 35;
const OPENING = 91;
const AT = 64;

export function namedChild(parent: string, segment: string): string {
  return parent === '' ? segment : `${parent}.${segment}`;
}

/** The id of what an activation calls, claims or asks. */
export function ownId(at: string, suffix = ''): CallId {
  return callId(at === '' ? ROOT_ID + suffix : at + suffix);
}

/** The activation whose id this is. */
export function ownerOf(id: string): string {
  const colon = id.indexOf(':');
  const at = colon < 0 ? id : id.slice(0, colon);
  return at === ROOT_ID ? '' : at;
}

/** The name of a child within what it is in, where children have names. */
export function segmentOf(parent: NodePlan, child: number): string {
  const name = parent.children[child]?.name ?? '';
  if (parent.kind === 'route' && child === parent.otherwise) return '$otherwise';
  if (parent.kind !== 'saga' || child < parent.steps) return name;
  return `${parent.children[parent.undo.indexOf(child)]?.name}$undo`;
}

/** Where the name that starts here ends. */
export function segmentEnd(path: string, from: number): number {
  for (let index = from; index < path.length; index += 1) {
    const code = path.charCodeAt(index);
    if (code === DOT || code === HASH) return index;
    if (code !== OPENING) continue;
    const close = path.indexOf(']', index);
    if (close < 0 || path.charCodeAt(close + 1) !== AT) return index;
    index = close;
  }
  return path.length;
}

/** Where a segment that is expected at a place ends; -1 when it does not stand there. */
export function endOfSegment(path: string, pos: number, segment: string): number {
  const from = nameStart(path, pos);
  if (from < 0 || !path.startsWith(segment, from)) return -1;
  // No segment has the end of one in it, so that this one ends there or goes on.
  const end = from + segment.length;
  return segmentEnd(path, end) === end ? end : -1;
}

/** Where a name starts behind what ends at `pos`; -1 when none does. */
export function nameStart(path: string, pos: number): number {
  if (pos === 0) return 0;
  return path.charCodeAt(pos) === DOT ? pos + 1 : -1;
}

/** Whether a path is another one, or certainly leads to it: items may belong to either of two names, `a[7]` and `a[7]@2`. */
export function leadsTo(path: string, other: string): boolean {
  if (path === '' || path === other) return true;
  const code = other.charCodeAt(path.length);
  return (code === DOT || code === HASH) && other.startsWith(path);
}

/** A path as people see it: without the steps, which only tell calls of different times apart. */
export function labelOf(at: string): string {
  return at === '' ? ROOT_ID : at.replace(/@\d+/g, '');
}

/** What people call it: the root by the flow's name, the last choice of a route by the word for it. */
export function titleOf(at: string, flowName: string): string {
  return at === '' ? flowName : labelOf(at).replaceAll('$otherwise', 'otherwise');
}
