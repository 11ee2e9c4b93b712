import type { Instant } from 'tau-core';
import { type Chunks, chunksOf } from './chunks.js';
import type { Due } from './event.js';
import { commandOf, isCommanded } from './graph-command.js';
import { END_INDEX, type GraphPlan } from './node-plan.js';
import { startActivation } from './start-activation.js';
import type { GraphEntry } from './state.js';

/** What is due in a step, as entries that start. What the definition does not have is left out. */
export function dueEntries(
  plan: GraphPlan,
  due: readonly Due[],
  { step, now }: { readonly step: number; readonly now: Instant | undefined },
): Chunks<GraphEntry> {
  const suffix = step === 1 ? '' : `@${step}`;
  const entries: GraphEntry[] = [];
  let node: string | undefined;
  let count = 0;
  for (const one of due) {
    const name = typeof one === 'string' ? one : one.node;
    const child = plan.children[plan.nodeIndex.get(name) ?? END_INDEX];
    if (child === undefined) continue;
    // What is due of one node stands together, and is numbered.
    if (name !== node) count = 0;
    node = name;
    if (typeof one === 'object' && 'items' in one) {
      for (let index = 0; index < one.items.length; index += 1) {
        const id = `${name}[${count}]${suffix}`;
        entries.push({ id, node: name, given: one.items[index] ?? null, index, of: startActivation(child, now) });
        count += 1;
      }
      continue;
    }
    const id = count === 0 ? name + suffix : `${name}[${count}]${suffix}`;
    const of = startActivation(child, now);
    entries.push(typeof one === 'string' ? { id, node: name, of } : { id, node: name, given: one.given, of });
    count += 1;
  }
  return chunksOf(entries);
}

/** Whether the edges from an entry are looked at: it has ended well, and does not say itself where it leads. */
export function followsEdges(plan: GraphPlan, entry: GraphEntry): boolean {
  if (entry.of.kind !== 'ok') return false;
  if (!isCommanded(plan, entry)) return true;
  const command = commandOf(entry.of);
  return command === undefined || (command.goto.length === 0 && command.send.length === 0);
}
