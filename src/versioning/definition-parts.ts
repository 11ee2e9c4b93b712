import { isJsonObject, type Json, type JsonObject } from 'tau-core';

/** One part of a definition that people have a word for. */
export interface DefinitionPart {
  readonly what: 'definition' | 'node' | 'edge' | 'state key' | 'job' | 'step';
  /** Unique among the parts: `root.plan`, `root.plan -> act`, `build`, `build.checkout`. */
  readonly path: string;
  /** What it says by itself, without the parts within it. */
  readonly body: JsonObject;
  /** The parts within it whose order counts, by name. */
  readonly order: readonly string[];
}

/**
 * The parts of a definition, outer before inner. Flows come apart into nodes, edges and keys of states; workflows into jobs and
 * steps; any other definition is one part. Takes any JSON, so that definitions of older shapes can be looked at too.
 */
export function partsOf(definition: Json): readonly DefinitionPart[] {
  if (!isJsonObject(definition)) return [{ what: 'definition', path: '', body: { value: definition }, order: [] }];
  const { root, jobs, ...rest } = definition;
  if (isJsonObject(root)) return [whole(rest), ...nodeParts(root, 'root', {})];
  if (!Array.isArray(jobs)) return [whole(definition)];
  const parts = objectsIn(jobs).flatMap((job) => jobParts(job));
  const ids = objectsIn(jobs).map((job) => textOf(job, 'id') ?? '');
  return [{ ...whole(withoutPlaces(rest) as JsonObject), order: ids }, ...parts];
}

function whole(body: JsonObject): DefinitionPart {
  return { what: 'definition', path: '', body, order: [] };
}

/** `said` is what its parent says of it: the condition of a choice, for one. */
function nodeParts(node: JsonObject, path: string, said: JsonObject): readonly DefinitionPart[] {
  const { nodes, node: inner, choose, otherwise, steps, state, edges, ...body } = node;
  const parts: DefinitionPart[] = [];
  const order: string[] = [];
  for (const list of [nodes, choose, steps]) {
    for (const { node: child, undo, name, ...more } of Array.isArray(list) ? objectsIn(list) : []) {
      const at = `${path}.${String(name)}`;
      order.push(String(name));
      if (isJsonObject(child)) parts.push(...nodeParts(child, at, more));
      if (isJsonObject(undo)) parts.push(...nodeParts(undo, `${at}.undo`, {}));
    }
  }
  // A graph names its nodes by members, in whose order the updates of a step come in.
  for (const [name, child] of isJsonObject(nodes) ? Object.entries(nodes) : []) {
    order.push(name);
    if (isJsonObject(child)) parts.push(...nodeParts(child, `${path}.${name}`, {}));
  }
  for (const [key, value] of isJsonObject(state) ? Object.entries(state) : []) {
    if (isJsonObject(value)) parts.push({ what: 'state key', path: `${path}.state.${key}`, body: value, order: [] });
  }
  if (isJsonObject(inner)) parts.push(...nodeParts(inner, `${path}[*]`, {}));
  if (isJsonObject(otherwise)) parts.push(...nodeParts(otherwise, `${path}.otherwise`, {}));
  const named = numbered(Array.isArray(edges) ? objectsIn(edges) : [], edgeName);
  for (const [name, edge] of named) parts.push({ what: 'edge', path: `${path}: ${name}`, body: edge, order: [] });
  return [{ what: 'node', path, body: { ...body, ...said }, order }, ...parts];
}

function edgeName({ from, to, each }: JsonObject): string {
  const source = Array.isArray(from) ? from.join(' + ') : String(from);
  if (to === undefined) return `${source} -> by choice`;
  return each === undefined ? `${source} -> ${String(to)}` : `${source} -> each ${String(to)}`;
}

function jobParts(job: JsonObject): readonly DefinitionPart[] {
  const { id, steps, workflow, ...body } = withoutPlaces(job) as JsonObject;
  const path = String(id);
  const named = numbered(Array.isArray(steps) ? objectsIn(steps) : [], stepName);
  const called = isJsonObject(workflow)
    ? partsOf(workflow).map((part) => ({ ...part, path: `${path}/${part.path}` }))
    : [];
  return [
    { what: 'job', path, body, order: [...named.keys()] },
    ...[...named].map(
      ([name, step]): DefinitionPart => ({ what: 'step', path: `${path}.${name}`, body: step, order: [] }),
    ),
    ...called,
  ];
}

/** Steps without an id go by what they run: so a step that is put before them makes no others of them. */
function stepName(step: JsonObject): string {
  return (
    textOf(step, 'id') ?? templateText(step['name']) ?? textOf(step, 'uses') ?? templateText(step['run']) ?? 'step'
  );
}

function templateText(template: Json | undefined): string | undefined {
  if (!isJsonObject(template)) return undefined;
  const { value, parts } = template;
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(parts)
        ? parts.map((part: Json) => (isJsonObject(part) ? `\${{ ${String(part['expr'])} }}` : String(part))).join('')
        : undefined;
  return text?.split('\n')[0]?.slice(0, NAME_CHARS_MAX);
}

const NAME_CHARS_MAX = 60;

/** Things by their names; the second of a name gets `#2`. */
function numbered(
  things: readonly JsonObject[],
  nameOf: (thing: JsonObject) => string,
): ReadonlyMap<string, JsonObject> {
  const byName = new Map<string, JsonObject>();
  const counts = new Map<string, number>();
  for (const thing of things) {
    const name = nameOf(thing);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    byName.set(count === 1 ? name : `${name}#${count}`, thing);
  }
  return byName;
}

/** Without lines and columns: where something stands in a file is no part of what it says. */
function withoutPlaces(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => withoutPlaces(item));
  if (!isJsonObject(value)) return value;
  const isPlaced = typeof value['line'] === 'number' && typeof value['column'] === 'number';
  const kept = Object.entries(value).filter(([key]) => !isPlaced || (key !== 'line' && key !== 'column'));
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutPlaces(member ?? null)]));
}

function objectsIn(list: readonly Json[]): readonly JsonObject[] {
  return list.filter((item) => isJsonObject(item));
}

function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}
