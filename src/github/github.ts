import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import Bottleneck from 'bottleneck';
import type { Clock, Random } from 'tau-core';
import { systemClock, systemRandom } from 'tau-core/node';
import { type Pace, paceOf } from './pace.js';
import { type TracedFetch, tracedFetch } from './transport.js';

const TauOctokit = Octokit.plugin(throttling, retry);

/** What a way to GitHub's API is made from. */
export interface GithubOptions {
  /** e.g. `https://api.github.com`, or `https://<host>/api/v3` of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly token: string;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** Default: the system's. */
  readonly random?: Random;
  /** Default: what the GitHub at `apiUrl` asks for. */
  readonly pace?: Pace;
  /** Of one request; default 10 s, after which GitHub itself gives up. */
  readonly requestTimeoutMs?: number;
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A way to GitHub's API. Use it through `callGithub`. */
export interface Github {
  readonly rest: Octokit['rest'];
  readonly apiUrl: string;
  readonly clock: Clock;
  /** A fetch for the requests of one call. */
  trace(signal: AbortSignal): TracedFetch;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** 100 comments of the longest kind, four bytes a character, with room for what surrounds them. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
/** A read is tried three times in all, after 250 ms and 1 s more; what then fails is the caller's to try again. */
const READ_RETRIES = 2;
const RETRY_BASE_MS = 250;
/** Answers that say the same however often they are asked for; 429 belongs to the throttling plugin. */
const FINAL_STATUS = [400, 401, 403, 404, 409, 410, 422, 429, 451];
/** A limit that ends sooner is waited for on the spot; a longer wait belongs to the caller's own retry. */
const RATE_LIMIT_WAIT_S_MAX = 2;
/** What GitHub asks for when a secondary limit names no time. */
const SECONDARY_LIMIT_WAIT_S = 60;

/**
 * Opens a way to GitHub's API, through Octokit with its throttling and retry plugins.
 *
 * A write is sent once: the retry plugin would send a comment again whose answer was lost, so it is off for all that
 * is not a read. What GitHub refused for its rate is sent again, once, when the wait is short: it was not done.
 */
export function createGithub(options: GithubOptions): Github {
  const { apiUrl, clock = systemClock, random = systemRandom } = options;
  const pace = options.pace ?? paceOf(apiUrl);
  const isWorthWaiting = (retryAfterS: number, _: unknown, __: unknown, retryCount: number): boolean =>
    retryCount === 0 && retryAfterS <= RATE_LIMIT_WAIT_S_MAX;
  const octokit = new TauOctokit({
    auth: options.token,
    baseUrl: apiUrl,
    userAgent: 'tau-ext-github',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { retries: READ_RETRIES, retryAfterBaseValue: RETRY_BASE_MS, doNotRetry: FINAL_STATUS },
    throttle: {
      // The plugin shares its queues between all clients of a process that have the same id.
      id: random.hex(8),
      write: new Bottleneck.Group({ maxConcurrent: 1, minTime: pace.writeIntervalMs }),
      notifications: new Bottleneck.Group({ maxConcurrent: 1, minTime: pace.notifyIntervalMs }),
      fallbackSecondaryRateRetryAfter: SECONDARY_LIMIT_WAIT_S,
      onRateLimit: isWorthWaiting,
      onSecondaryRateLimit: isWorthWaiting,
    },
  });
  octokit.hook.before('request', (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') request.request = { ...request.request, retries: 0 };
  });
  const transport = {
    fetch: options.fetch ?? globalThis.fetch,
    clock,
    timeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    answerBytesMax: ANSWER_BYTES_MAX,
  };
  return { rest: octokit.rest, apiUrl, clock, trace: (signal) => tracedFetch(signal, transport) };
}

// Failures are errors of the calls that they fail; Octokit's own lines would say them twice.
function quiet(): void {}
