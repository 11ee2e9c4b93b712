import type { Json } from 'tau-core';
import type { z } from 'zod';
import type { Github } from '../github/github.js';

/** What an action is told of the work that it does. */
export interface ActionWork {
  /** The same at every attempt of the same piece of work. */
  readonly idempotencyKey: string;
  /** 1, 2, ... */
  readonly attempt: number;
  /** An earlier dispatch may have taken effect. */
  readonly redelivered: boolean;
  readonly signal: AbortSignal;
}

/** What an action works with. */
export interface ActionScope {
  readonly github: Github;
  readonly work: ActionWork;
  /** The logins of TAU itself, in lower case; empty while they are not known. */
  readonly ownLogins: readonly string[];
}

/** Something that a workflow can have done on GitHub. */
export interface GithubAction<Schema extends z.ZodType = z.ZodType> {
  /** As in a step's `uses`, e.g. `github/comment@v1`. */
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  /**
   * Safe to repeat: what an earlier attempt did is found, not done again.
   *
   * @throws TauError GITHUB_*, with outcome `unknown` when it may have been done.
   */
  run(input: z.output<Schema>, scope: ActionScope): Promise<Json>;
}

/** An action with the types of its input inferred. */
export function githubAction<Schema extends z.ZodType>(action: GithubAction<Schema>): GithubAction<Schema> {
  return action;
}
