import { type CloudEvent, eventTypeMatches, isJsonObject, type Json } from 'tau-core';
import { parseBounded } from '../expression/bounded-json.js';
import type { TriggerFilter, WorkflowDefinition } from './definition.js';
import { type Glob, globsTake, parseGlob } from './glob.js';

/** Files of one push that are looked at; GitHub looks at the first 300. */
export const PATHS_MAX = 10_000;

/**
 * Whether an event starts a run of a workflow. Its type is looked at first; its body is parsed once, and only for
 * workflows whose triggers are narrowed.
 */
export function matches(definition: WorkflowDefinition, event: CloudEvent): boolean {
  // One that reports what TAU itself has done starts none.
  if (event.echo === true || !definition.triggers.some((trigger) => eventTypeMatches(event.type, trigger)))
    return false;
  if (definition.filters === undefined) return true;
  return conditionsOf(definition).some(
    ({ filter, takes }) => filter.types.some((type) => eventTypeMatches(event.type, type)) && takes(event),
  );
}

interface Condition {
  readonly filter: TriggerFilter;
  takes(event: CloudEvent): boolean;
}

const compiled = new WeakMap<WorkflowDefinition, readonly Condition[]>();

function conditionsOf(definition: WorkflowDefinition): readonly Condition[] {
  const known = compiled.get(definition);
  if (known !== undefined) return known;
  const made = (definition.filters ?? []).map((filter) => ({ filter, takes: conditionOf(filter) }));
  compiled.set(definition, made);
  return made;
}

const bodies = new WeakMap<CloudEvent, { readonly body: Json | undefined }>();

function bodyOf(event: CloudEvent): Json | undefined {
  const known = bodies.get(event);
  if (known !== undefined) return known.body;
  const body = parseBounded(event.data);
  bodies.set(event, { body });
  return body;
}

/** What must hold of a body, as one question. */
function conditionOf(filter: TriggerFilter): Condition['takes'] {
  const ref = refQuestion(filter);
  const path = filter.paths ?? filter.pathsIgnore;
  const paths = path === undefined ? undefined : listQuestion(filter.paths, filter.pathsIgnore);
  const workflows = filter.workflows === undefined ? undefined : new Set(filter.workflows);
  // At GitHub the names of two labels never differ by case alone.
  const labels = filter.labels === undefined ? undefined : new Set(filter.labels.map((label) => label.toLowerCase()));
  if (ref === undefined && paths === undefined && workflows === undefined && labels === undefined) return () => true;
  return (event) => {
    const body = bodyOf(event);
    const place = refOf(filter.event, body);
    if (ref !== undefined && !ref(place)) return false;
    // GitHub does not look at the paths of tags.
    if (paths !== undefined && place?.kind !== 'tag' && !anyPath(body, paths)) return false;
    if (workflows !== undefined && !workflows.has(textAt(body, 'workflow_run', 'name') ?? '')) return false;
    return labels === undefined || labelsOf(body).some((label) => labels.has(label.toLowerCase()));
  };
}

/** A branch or a tag, by its short name. */
interface Ref {
  readonly kind: 'branch' | 'tag';
  readonly name: string;
}

/** Where only branches are named, tags start nothing; and the other way round. */
function refQuestion(filter: TriggerFilter): ((ref: Ref | undefined) => boolean) | undefined {
  const branches = listQuestion(filter.branches, filter.branchesIgnore);
  const tags = listQuestion(filter.tags, filter.tagsIgnore);
  if (branches === undefined && tags === undefined) return undefined;
  return (ref) => {
    if (ref === undefined) return false;
    return (ref.kind === 'branch' ? branches : tags)?.(ref.name) ?? false;
  };
}

/** Whether a text is in one list, or not in the other; undefined when there is neither. */
function listQuestion(
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
): ((text: string) => boolean) | undefined {
  if (wanted !== undefined) {
    const globs = globsOf(wanted);
    return (text) => globsTake(globs, text);
  }
  if (unwanted === undefined) return undefined;
  const globs = globsOf(unwanted);
  return (text) => !globsTake(globs, text);
}

/** Patterns were checked when the workflow was read: what is none in a definition from elsewhere matches nothing. */
function globsOf(patterns: readonly string[]): readonly Glob[] {
  return patterns.flatMap((pattern) => {
    const parsed = parseGlob(pattern);
    return parsed.ok ? [parsed.glob] : [];
  });
}

/** The branch or tag that an event is about. */
function refOf(event: string, body: Json | undefined): Ref | undefined {
  switch (event) {
    case 'push':
      return refFrom(textAt(body, 'ref'));
    case 'pull_request':
      return branchFrom(textAt(body, 'pull_request', 'base', 'ref'));
    case 'merge_group':
      return refFrom(textAt(body, 'merge_group', 'base_ref'));
    case 'workflow_run':
      return branchFrom(textAt(body, 'workflow_run', 'head_branch'));
    default:
      return undefined;
  }
}

function refFrom(ref: string | undefined): Ref | undefined {
  if (ref?.startsWith('refs/tags/')) return { kind: 'tag', name: ref.slice('refs/tags/'.length) };
  return ref?.startsWith('refs/heads/') ? { kind: 'branch', name: ref.slice('refs/heads/'.length) } : undefined;
}

function branchFrom(name: string | undefined): Ref | undefined {
  return name === undefined ? undefined : { kind: 'branch', name };
}

/** The files that the commits of a push name, each once. */
function changedPaths(body: Json | undefined): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const commit of listAt(body, 'commits')) {
    for (const key of ['added', 'modified', 'removed']) {
      for (const path of listAt(commit, key)) if (typeof path === 'string') paths.add(path);
    }
  }
  return paths;
}

/** Whether one of the files is wanted. A push of too many starts a run: one too many is better than one too few. */
function anyPath(body: Json | undefined, isWanted: (path: string) => boolean): boolean {
  const paths = changedPaths(body);
  if (paths.size > PATHS_MAX) return true;
  for (const path of paths) if (isWanted(path)) return true;
  return false;
}

function labelsOf(body: Json | undefined): readonly string[] {
  return ['issue', 'pull_request', 'discussion'].flatMap((key) =>
    listAt(memberOf(body, key), 'labels').flatMap((label) => textAt(label, 'name') ?? []),
  );
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  return value !== undefined && value !== null && isJsonObject(value) && Object.hasOwn(value, key)
    ? value[key]
    : undefined;
}

function textAt(value: Json | undefined, ...keys: readonly string[]): string | undefined {
  const found = keys.reduce<Json | undefined>(memberOf, value);
  return typeof found === 'string' ? found : undefined;
}

function listAt(value: Json | undefined, key: string): readonly Json[] {
  const found = memberOf(value, key);
  return Array.isArray(found) ? found : [];
}
