import { action, type Capability, defineExtension, type Extension, type WorkContext } from 'tau-core/extension';
import type { z } from 'zod';
import type { ActionScope, GithubAction } from './actions/action.js';
import { ACTIONS } from './actions/actions.js';
import { requirePermission } from './actions/permissions.js';
import type { Github } from './github/github.js';
import { VERSION } from './version.js';

/** What the GitHub extension is made of. */
export interface GithubExtensionOptions {
  /** The way to GitHub's API, as `createGithub` makes it. */
  readonly github: Github;
  /**
   * The logins of TAU itself at the moment, in lower case; default: none known. With them a comment's marker counts
   * only in comments of TAU's own.
   */
  readonly ownLogins?: () => readonly string[];
}

/**
 * The extension `tau-ext-github`: the actions that change issues and pull requests.
 *
 * @example
 * ```ts
 * import { connectKernel } from 'tau-core/client';
 * import { connectExtension } from 'tau-core/extension';
 * import { createGithub, githubExtension } from 'tau-ext-github';
 *
 * const github = createGithub({ apiUrl: 'https://api.github.com', token: process.env['GITHUB_TOKEN'] ?? '' });
 * const channel = connectKernel({ address: '127.0.0.1:7420' });
 * const attached = connectExtension(githubExtension({ github }), { channel });
 * await attached.attached();
 * ```
 */
export function githubExtension(options: GithubExtensionOptions): Extension {
  const ownLogins = options.ownLogins ?? (() => []);
  const scopeOf = (work: WorkContext): ActionScope => ({ github: options.github, ownLogins: ownLogins(), work });
  return defineExtension({
    name: 'tau-ext-github',
    version: VERSION,
    capabilities: ACTIONS.map((offered) => capabilityOf(offered, scopeOf)),
  });
}

function capabilityOf(offered: GithubAction, scopeOf: (work: WorkContext) => ActionScope): Capability {
  const { name, description, input } = offered;
  return action<z.output<typeof input>>(name, { description, input }, (value, work) => {
    requirePermission(name, work);
    return offered.run(value, scopeOf(work));
  });
}
