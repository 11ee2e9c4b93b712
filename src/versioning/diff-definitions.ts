import type { Json } from 'tau-core';
import { type DefinitionPart, partsOf } from './definition-parts.js';
import { changeText, diffJson, type JsonChange } from './diff-json.js';

/** One difference between two versions of a definition. */
export interface DefinitionChange {
  readonly change: 'added' | 'removed' | 'changed' | 'reordered';
  readonly what: DefinitionPart['what'];
  /** Names the part: `root.plan`, `build.checkout`; empty for the definition itself. */
  readonly path: string;
  /** One line for people: `node root.plan: /call: "model:a" -> "model:b"`. */
  readonly text: string;
  /** Of a part that is changed: what in it. */
  readonly changes?: readonly JsonChange[];
}

/**
 * What has changed between two versions of a definition, in the words of its program: nodes, edges and state keys of flows, jobs
 * and steps of workflows. In the order of the second; what is removed comes last. Lines and columns of sources count for nothing.
 *
 * A part that has another name is one removed and one added.
 */
export function diffDefinitions(from: unknown, to: unknown): readonly DefinitionChange[] {
  const before = byName(partsOf(from as Json));
  const after = byName(partsOf(to as Json));
  const changes: DefinitionChange[] = [];
  for (const [name, part] of after) {
    const old = before.get(name);
    if (old === undefined) changes.push(changeOf('added', part, 'added'));
    else changes.push(...changesOfPart(old, part));
  }
  for (const [name, part] of before) if (!after.has(name)) changes.push(changeOf('removed', part, 'removed'));
  return changes;
}

/** Parts by what and where they are. The second of a path, such as a child "undo" beside an `undo`, gets `#2`. */
function byName(parts: readonly DefinitionPart[]): ReadonlyMap<string, DefinitionPart> {
  const named = new Map<string, DefinitionPart>();
  for (const part of parts) {
    let { path } = part;
    for (let count = 2; named.has(`${part.what} ${path}`); count += 1) path = `${part.path}#${count}`;
    named.set(`${part.what} ${path}`, path === part.path ? part : { ...part, path });
  }
  return named;
}

function changesOfPart(old: DefinitionPart, part: DefinitionPart): readonly DefinitionChange[] {
  const found: DefinitionChange[] = [];
  const changes = diffJson(old.body, part.body);
  if (changes.length > 0) {
    const text = changes.map((change) => changeText(change)).join('; ');
    found.push({ ...changeOf('changed', part, text), changes });
  }
  const stayed = part.order.filter((name) => old.order.includes(name));
  const earlier = old.order.filter((name) => stayed.includes(name));
  if (stayed.some((name, index) => name !== earlier[index])) {
    found.push(changeOf('reordered', part, `order: ${earlier.join(', ')} -> ${stayed.join(', ')}`));
  }
  return found;
}

function changeOf(change: DefinitionChange['change'], { what, path }: DefinitionPart, said: string): DefinitionChange {
  const name = path === '' ? what : `${what} ${path}`;
  return { change, what, path, text: `${name}: ${said}` };
}
