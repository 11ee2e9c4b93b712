import { type CloudEvent, isJsonObject, type Json, type JsonObject, type RunBegin } from 'tau-core';
import { parseBounded } from '../expression/bounded-json.js';
import { toData } from '../expression/expression-data.js';
import { SCHEDULE_EVENT } from './scheduled-starts.js';

const PREFIX = 'github.';

/**
 * The `github` context of a run, by the names that GitHub gives its members. Made from what the run began with: the
 * event that triggered it, or, for a run that a client started, its inputs and the session.
 */
export function githubContext(begin: RunBegin, workflow: string): JsonObject {
  const { event } = begin;
  const payload = event === undefined ? { inputs: asTexts(begin.input) } : payloadOf(event);
  const eventName = event === undefined ? 'workflow_dispatch' : eventNameOf(event);
  const repository =
    text(payload, 'repository', 'full_name') ?? repositoryOf(event?.source) ?? repositoryOf(begin.sessionId);
  const actor = text(payload, 'sender', 'login');
  const pull = member(payload, 'pull_request');
  return {
    event: payload,
    event_name: eventName,
    run_id: begin.runId,
    run_attempt: '1',
    workflow,
    ...present({
      actor,
      triggering_actor: actor,
      actor_id: number(payload, 'sender', 'id'),
      repository,
      repository_id: number(payload, 'repository', 'id'),
      repository_owner:
        text(payload, 'repository', 'owner', 'login') ??
        repository?.split('/')[0] ??
        text(payload, 'organization', 'login'),
      repository_owner_id: number(payload, 'repository', 'owner', 'id'),
      server_url: /^https?:\/\/[^/]+(?=\/)/.exec(text(payload, 'repository', 'html_url') ?? '')?.[0],
      api_url: /^https?:\/\/.+(?=\/repos\/)/.exec(text(payload, 'repository', 'url') ?? '')?.[0],
      head_ref: text(pull, 'head', 'ref'),
      base_ref: text(pull, 'base', 'ref'),
      ...refOf(payload, eventName),
    }),
  };
}

/**
 * Inputs as GitHub has them in the event: texts, whatever their type; the `inputs` context keeps it. Lists and objects, which
 * GitHub does not take and runs without declared inputs may have, stay as they are.
 */
function asTexts(inputs: JsonObject): JsonObject {
  const text = (value: Json | undefined): Json =>
    typeof value === 'object' && value !== null ? value : toData(value).coerceString();
  return Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, text(value)]));
}

/** The body of an event: JSON, or its text when it is no JSON. */
function payloadOf(event: CloudEvent): Json {
  return parseBounded(event.data) ?? event.data;
}

/** `issues` of `github.issues.opened`; `schedule` of what a schedule starts; the whole type of any other event. */
function eventNameOf({ type }: CloudEvent): string {
  if (type === SCHEDULE_EVENT) return 'schedule';
  return type.startsWith(PREFIX) ? (type.split('.')[1] ?? type) : type;
}

/** `octo/shop` of `github/octo/shop`, which names a repository's session and its events' source. */
function repositoryOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : /^github\/([^/]+\/[^/]+)$/.exec(name)?.[1];
}

/**
 * What the event is about in the repository's history, as GitHub documents it for each event. A push that deletes a branch or
 * a tag is about the default branch; the commit of that is not in the event, so that there is no `sha` (GitHub has it). A
 * deployment has no `ref`: its event does not tell a branch from a tag.
 */
function refOf(payload: Json, eventName: string): { readonly [name: string]: string | undefined } {
  if (eventName === 'deployment' || eventName === 'deployment_status') {
    const sha = text(payload, 'deployment', 'sha');
    const name = text(payload, 'deployment', 'ref');
    return { ref_name: name === sha ? undefined : name, sha };
  }
  const isDeletion = member(payload, 'deleted') === true || /^0+$/.test(text(payload, 'after') ?? '');
  const branch = text(payload, 'repository', 'default_branch');
  const ref = ownRefOf(payload, eventName, isDeletion) ?? (branch === undefined ? undefined : `refs/heads/${branch}`);
  const [, kind, name] = /^refs\/(heads|tags|pull)\/(.*)$/.exec(ref ?? '') ?? [];
  const sha = shaOf(payload, eventName, isDeletion);
  return { ref, ref_name: name, ref_type: kind === 'tags' ? 'tag' : kind && 'branch', sha };
}

/** The ref that the event itself names; undefined where it is about the default branch. */
function ownRefOf(payload: Json, eventName: string, isDeletion: boolean): string | undefined {
  switch (eventName) {
    case 'push':
      return isDeletion ? undefined : text(payload, 'ref');
    case 'create': {
      const name = text(payload, 'ref');
      return name && `refs/${text(payload, 'ref_type') === 'tag' ? 'tags' : 'heads'}/${name}`;
    }
    case 'merge_group':
      return text(payload, 'merge_group', 'head_ref');
    case 'pull_request':
    case 'pull_request_review':
    case 'pull_request_review_comment': {
      const pull = number(payload, 'number') ?? number(payload, 'pull_request', 'number');
      return pull === undefined ? undefined : `refs/pull/${pull}/merge`;
    }
    case 'release': {
      const tag = text(payload, 'release', 'tag_name');
      return tag === undefined ? undefined : `refs/tags/${tag}`;
    }
    default:
      return undefined;
  }
}

function shaOf(payload: Json, eventName: string, isDeletion: boolean): string | undefined {
  if (eventName === 'push') return isDeletion ? undefined : text(payload, 'after');
  return eventName === 'merge_group'
    ? text(payload, 'merge_group', 'head_sha')
    : text(payload, 'pull_request', 'head', 'sha');
}

function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at = value;
  for (const name of path) at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function text(value: Json | undefined, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

function number(value: Json | undefined, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** Without the members that are undefined. */
function present(members: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
