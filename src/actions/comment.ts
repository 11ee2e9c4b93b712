import { type Json, TauError, tauError } from 'tau-core';
import { z } from 'zod';
import { callGithub, findInList, PAGE_ITEMS } from '../github/call-github.js';
import { isOwnLogin } from '../mapping/own-logins.js';
import { type ActionScope, githubAction } from './action.js';
import { type IssueInput, issue, issueParameters, issueText, repository } from './inputs.js';
import { hasMarker, MARKER_CHARS_MAX, withMarker } from './marker.js';

/** What GitHub takes as the body of a comment. */
const BODY_CHARS_MAX = 65_536;

interface Comment {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string | null;
  readonly user?: { readonly login: string } | null;
}

/**
 * Comments on an issue. Creating a comment twice makes two, so each carries a marker that names its piece of work, and
 * any attempt but a first looks for it before it writes.
 */
export const comment = githubAction({
  name: 'github/comment@v1',
  description: 'Comments on an issue or pull request, once, however often it is tried.',
  input: z.strictObject({
    repository,
    issue,
    body: z
      .string()
      .trim()
      .min(1)
      .max(BODY_CHARS_MAX - MARKER_CHARS_MAX)
      .describe('Markdown'),
  }),
  run: async (input, scope) => {
    const { idempotencyKey, redelivered, attempt, signal } = scope.work;
    if (redelivered || attempt > 1) {
      const found = await findEarlier(input, scope);
      if (found !== undefined) return asOutput(found, false);
    }
    const body = withMarker(input.body, idempotencyKey);
    const call = { kind: 'write', what: `comment on ${issueText(input)}`, signal } as const;
    const created: Comment = await callGithub(scope.github, call, (request) =>
      scope.github.rest.issues.createComment({ ...issueParameters(input), body, request }),
    );
    return asOutput(created, true);
  },
});

/** The comment that an earlier attempt made; undefined when there is surely none. */
async function findEarlier(input: IssueInput, scope: ActionScope): Promise<Comment | undefined> {
  const { github, work, ownLogins } = scope;
  const call = { kind: 'read', what: `comments of ${issueText(input)}`, signal: work.signal } as const;
  try {
    const list = await findInList<Comment>(
      (page) =>
        callGithub(github, call, (request) =>
          github.rest.issues.listComments({ ...issueParameters(input), per_page: PAGE_ITEMS, page, request }),
        ),
      (candidate) => isOwn(candidate, ownLogins) && hasMarker(candidate.body ?? '', work.idempotencyKey),
    );
    if (list.found === undefined && !list.whole) {
      const message = `${issueText(input)} has over ${list.items.length} comments: whether an earlier try commented is not known`;
      throw tauError('GITHUB_REFUSED', message);
    }
    return list.found;
  } catch (error) {
    // The reading left nothing undone, but what it was for stays unknown: whether the earlier attempt commented.
    throw error instanceof TauError ? new TauError({ ...error.data, outcome: 'unknown' }) : error;
  }
}

/** Anybody can write a marker; only TAU's own counts, as soon as TAU knows its own login. */
function isOwn(candidate: Comment, ownLogins: readonly string[]): boolean {
  const login = candidate.user?.login;
  return ownLogins.length === 0 || (login !== undefined && isOwnLogin(login, ownLogins));
}

function asOutput(made: Comment, created: boolean): Json {
  return { id: made.id, url: made.html_url, created };
}
