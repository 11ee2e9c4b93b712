import { TauError } from 'tau-core';
import type { Github } from './github.js';
import { githubError } from './github-error.js';
import { TransportError } from './transport.js';

/** What a call is about. */
export interface GithubCall {
  readonly kind: 'read' | 'write';
  /** What is asked for, e.g. `comment on octo/shop#7`; opens the messages of its errors. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Passed as `request` with every request of a call, so that it ends when the call does. */
export interface RequestOptions {
  readonly signal: AbortSignal;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Makes one request of GitHub's API. An abort ends it at once, also while it waits in a queue of the throttling
 * plugin; it is not sent after that.
 *
 * @throws TauError GITHUB_*; its outcome is `unknown` only for a write that was sent and not refused.
 * @throws the signal's reason when it is a TauError, the signal is aborted and nothing was done.
 */
export async function callGithub<Answer>(
  github: Github,
  call: GithubCall,
  send: (request: RequestOptions) => Promise<{ readonly data: Answer }>,
): Promise<Answer> {
  const { kind, what, signal } = call;
  const traced = github.trace(signal);
  try {
    const { data } = await abortable(send({ signal, fetch: traced.fetch }), signal);
    return data;
  } catch (error) {
    const { apiUrl, clock } = github;
    const failed = githubError(error, { kind, what, apiUrl, mayBeDone: traced.mayBeDone, now: clock.now() });
    // Work that was stopped before anything happened ends as whoever stopped it says: cancelled, or out of time.
    if (signal.aborted && failed.data.outcome === 'not-done' && signal.reason instanceof TauError) throw signal.reason;
    throw failed;
  }
}

function abortable<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TransportError('aborted', 'stopped'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Items of one page; the most that GitHub gives. */
export const PAGE_ITEMS = 100;
/** Pages of one list: 10,000 items. GitHub itself takes no more than 2,500 comments on an issue. */
const PAGES_MAX = 100;

/** How a list was read: to its end, or as far as it is read at all. */
export interface ListRead<Item> {
  readonly items: readonly Item[];
  readonly whole: boolean;
}

/**
 * Reads a list page by page, until an item is found or the list ends. The plugin for this drops the signal
 * and the fetch of the request.
 */
export async function findInList<Item>(
  page: (number: number) => Promise<readonly Item[]>,
  isWanted: (item: Item) => boolean,
): Promise<ListRead<Item> & { readonly found: Item | undefined }> {
  const items: Item[] = [];
  for (let number = 1; number <= PAGES_MAX; number += 1) {
    const got = await page(number);
    items.push(...got);
    const found = got.find(isWanted);
    if (found !== undefined) return { items, whole: false, found };
    if (got.length < PAGE_ITEMS) return { items, whole: true, found: undefined };
  }
  return { items, whole: false, found: undefined };
}
