import type { JsonObject } from 'tau-core';
import { member } from './names.js';

const BOT_SUFFIX = '[bot]';

/**
 * The logins under which TAU's own changes come back, in lower case.
 *
 * @param tokenLogin whom the token belongs to, as GitHub says; undefined while that is not known.
 * @param botLogin what the operator says: a login, or the slug of a GitHub App, whose changes come as `<slug>[bot]`.
 */
export function ownLogins(tokenLogin: string | undefined, botLogin: string | undefined): readonly string[] {
  const logins = new Set<string>();
  if (tokenLogin !== undefined) logins.add(tokenLogin.toLowerCase());
  if (botLogin !== undefined) {
    const login = botLogin.toLowerCase();
    logins.add(login);
    if (!login.endsWith(BOT_SUFFIX)) logins.add(`${login}${BOT_SUFFIX}`);
  }
  return [...logins];
}

/** Whether a login is one of TAU's own. GitHub takes logins in either case. */
export function isOwnLogin(login: string, own: readonly string[]): boolean {
  return own.includes(login.toLowerCase());
}

/** Whether the change that a payload reports was made by TAU itself. */
export function isEcho(payload: JsonObject, own: readonly string[]): boolean {
  const login = member(payload['sender'], 'login');
  return typeof login === 'string' && isOwnLogin(login, own);
}
