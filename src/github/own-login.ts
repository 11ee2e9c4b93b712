import {
  backoffDelayMs,
  type Clock,
  type ErrorData,
  later,
  type Random,
  TauError,
  type Timer,
  toErrorData,
} from 'tau-core';
import { ownLogins } from '../mapping/own-logins.js';
import { callGithub } from './call-github.js';
import type { Github } from './github.js';

/**
 * What is known of GitHub and of whom the token belongs to:
 * - `asking`: nothing so far
 * - `known`: the token's login
 * - `app`: GitHub was reached, and does not say; so it is with the tokens of an app's installation
 * - `refused`: the token was
 * - `away`: no answer
 */
export type LoginState = 'asking' | 'known' | 'app' | 'refused' | 'away';

/** How the login is learnt. */
export interface OwnLoginOptions {
  readonly github: Github;
  readonly clock: Clock;
  readonly random: Random;
  /** A login or an app's slug, as the operator gives it; known without GitHub. */
  readonly botLogin?: string | undefined;
  /** Told of each change of state, with the error that made it. */
  readonly onState?: (state: LoginState, error: ErrorData | undefined) => void;
}

/** Learns the login of the token, and does not give up. */
export interface OwnLogin {
  readonly state: LoginState;
  /** The token's login, once known. */
  readonly login: string | undefined;
  /** All own logins in lower case, as far as they are known. */
  current(): readonly string[];
  /** Resolves after the first answer, or the first failure. */
  readonly asked: Promise<void>;
  close(): void;
}

/** Soon enough for a GitHub that is being restarted, rare enough for one that is down for hours. */
const ASK_AGAIN = { firstMs: 2_000, factor: 2, maxMs: 60_000 };

export function learnOwnLogin(options: OwnLoginOptions): OwnLogin {
  const { github, clock, random, botLogin } = options;
  const stop = new AbortController();
  let state: LoginState = 'asking';
  let login: string | undefined;
  let failures = 0;
  let timer: Timer | undefined;

  const change = (next: LoginState, error?: ErrorData): void => {
    if (stop.signal.aborted || next === state) return;
    state = next;
    options.onState?.(next, error);
  };

  const ask = async (): Promise<void> => {
    try {
      const call = { kind: 'read', what: "the token's login", signal: stop.signal } as const;
      const user = await callGithub(github, call, (request) => github.rest.users.getAuthenticated({ request }));
      login = user.login;
      change('known');
    } catch (error) {
      const failure = failureState(error);
      change(failure, toErrorData(error));
      if (failure === 'app' || stop.signal.aborted) return;
      failures += 1;
      const jitter = Number.parseInt(random.hex(4), 16) / 2 ** 32;
      timer = clock.at(later(clock.now(), backoffDelayMs(failures, ASK_AGAIN, jitter)), () => void ask());
    }
  };

  const asked = ask();
  return {
    get state() {
      return state;
    },
    get login() {
      return login;
    },
    current: () => ownLogins(login, botLogin),
    asked,
    close: () => {
      timer?.cancel();
      stop.abort();
    },
  };
}

function failureState(error: unknown): LoginState {
  if (!(error instanceof TauError) || !error.is('GITHUB_UNAUTHENTICATED')) return 'away';
  // A token that is good for nothing is answered 401; one of an app's installation may not ask this.
  return error.data.details?.['status'] === 403 ? 'app' : 'refused';
}
