import type { Json, JsonObject } from 'tau-core';
import { isJsonObject } from 'tau-core';

/** The session of deliveries that belong to no repository and no organization. */
export const SESSION_OF_NONE = 'github/-';

/**
 * What GitHub allows in the names of accounts and repositories, with room to spare. Both patterns stay inside what a
 * session id may hold, and together under its length, so that a mapped delivery is never refused for its name.
 */
const OWNER_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;
const REPOSITORY_PATTERN = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * The session in which a delivery's event takes place: `github/<owner>/<repository>`, else `github/<organization>`,
 * else `github/-`. A name that GitHub would not give out counts as absent.
 */
export function sessionOf(payload: JsonObject): string {
  const repository = repositoryName(payload['repository']);
  if (repository !== undefined) return `github/${repository}`;
  const organization = member(payload['organization'], 'login');
  if (typeof organization === 'string' && OWNER_PATTERN.test(organization)) return `github/${organization}`;
  return SESSION_OF_NONE;
}

function repositoryName(repository: Json | undefined): string | undefined {
  const fullName = member(repository, 'full_name');
  if (typeof fullName !== 'string') return undefined;
  const [owner, name, ...rest] = fullName.split('/');
  if (owner === undefined || name === undefined || rest.length > 0) return undefined;
  if (!OWNER_PATTERN.test(owner) || !REPOSITORY_PATTERN.test(name) || name === '.' || name === '..') return undefined;
  return fullName;
}

/** A member of a value that may be no object at all. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}
