import { Octokit } from '@octokit/rest';
import { Stop } from '../stop.ts';

/** A repository of GitHub by its two names. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** What a library's repository is to look like. */
export interface Looks {
  readonly description: string;
  readonly topics: readonly string[];
}

export interface Label {
  readonly name: string;
  readonly color: string;
  readonly description: string;
}

/** A pull request to open. */
export interface Proposal {
  readonly title: string;
  readonly body: string;
  /** The branch with the change, with its owner in front of it. */
  readonly head: string;
  readonly base: string;
}

/** An answer of the API other than the one that was asked for. */
function status(error: unknown): number | undefined {
  const found = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof found === 'number' ? found : undefined;
}

/** GitHub's API, for what publishing asks and does. Each failure is a `Stop` that says what was refused, and why. */
export class Github {
  readonly #octokit: Octokit;
  readonly #url: string;

  constructor(url: string, token: string) {
    this.#url = url;
    const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    this.#octokit = new Octokit({ baseUrl: url, auth: token, log: silent, userAgent: 'tau-umbrella' });
  }

  /** Whether repositories are created in an organization, or in the account of the token's user. */
  async ownerKind(owner: string): Promise<'organization' | 'user'> {
    const viewer = await this.#do('tell whose token this is', () => this.#octokit.users.getAuthenticated());
    if (viewer.data.login.toLowerCase() === owner.toLowerCase()) return 'user';
    const org = await this.#find(`find the organization ${owner}`, () => this.#octokit.orgs.get({ org: owner }));
    if (org !== undefined) return 'organization';
    throw new Stop(
      `${this.#url} shows ${viewer.data.login} no organization "${owner}"`,
      'check the name, and that the token may see it',
    );
  }

  /** How a repository looks, or undefined when there is none. */
  async looks(name: RepositoryName): Promise<Looks | undefined> {
    const found = await this.#find(`find ${name.owner}/${name.repo}`, () => this.#octokit.repos.get({ ...name }));
    return found && { description: found.data.description ?? '', topics: found.data.topics ?? [] };
  }

  async create(name: RepositoryName, kind: 'organization' | 'user', description: string): Promise<void> {
    const settings = { name: name.repo, description, has_wiki: false, has_projects: false, auto_init: false };
    await this.#do(`create ${name.owner}/${name.repo}`, () =>
      kind === 'user'
        ? this.#octokit.repos.createForAuthenticatedUser(settings)
        : this.#octokit.repos.createInOrg({ org: name.owner, ...settings }),
    );
  }

  async describe(name: RepositoryName, description: string): Promise<void> {
    await this.#do(`describe ${name.owner}/${name.repo}`, () => this.#octokit.repos.update({ ...name, description }));
  }

  async setTopics(name: RepositoryName, topics: readonly string[]): Promise<void> {
    const wanted = { ...name, names: [...topics] };
    await this.#do(`set topics of ${name.owner}/${name.repo}`, () => this.#octokit.repos.replaceAllTopics(wanted));
  }

  /** The names of a repository's labels. */
  async labels(name: RepositoryName): Promise<ReadonlySet<string>> {
    const pages = await this.#find(`list labels of ${name.owner}/${name.repo}`, () =>
      this.#octokit.paginate(this.#octokit.issues.listLabelsForRepo, { ...name, per_page: 100 }),
    );
    return new Set((pages ?? []).map((label) => label.name));
  }

  async createLabel(name: RepositoryName, label: Label): Promise<void> {
    await this.#do(`create the label "${label.name}"`, () => this.#octokit.issues.createLabel({ ...name, ...label }));
  }

  /** Whether nobody can rewrite or delete a branch. */
  async isProtected(name: RepositoryName, branch: string): Promise<boolean> {
    const found = await this.#find(`read the rules of ${name.owner}/${name.repo}`, () =>
      this.#octokit.repos.getBranchProtection({ ...name, branch }),
    );
    if (found === undefined) return false;
    return found.data.allow_force_pushes?.enabled !== true && found.data.allow_deletions?.enabled !== true;
  }

  /** Lets nobody rewrite or delete a branch: what is pinned must stay. Pushes that add to it go on as they did. */
  async protect(name: RepositoryName, branch: string): Promise<void> {
    await this.#do(`set the rules of ${name.owner}/${name.repo}`, () =>
      this.#octokit.repos.updateBranchProtection({
        ...name,
        branch,
        required_status_checks: null,
        enforce_admins: true,
        required_pull_request_reviews: null,
        restrictions: null,
        allow_force_pushes: false,
        allow_deletions: false,
      }),
    );
  }

  /** The address of the open pull request from a branch, or undefined when there is none. */
  async pullRequest(name: RepositoryName, { head, base }: Proposal): Promise<string | undefined> {
    const found = await this.#find(`list pull requests of ${name.owner}/${name.repo}`, () =>
      this.#octokit.pulls.list({ ...name, head, base, state: 'open' }),
    );
    return found?.data[0]?.html_url;
  }

  async openPullRequest(name: RepositoryName, proposal: Proposal): Promise<string> {
    const made = await this.#do(`open a pull request in ${name.owner}/${name.repo}`, () =>
      this.#octokit.pulls.create({ ...name, ...proposal }),
    );
    return made.data.html_url;
  }

  async #find<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      if (status(error) === 404) return undefined;
      throw this.#failure(what, error);
    }
  }

  async #do<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#failure(what, error);
    }
  }

  #failure(what: string, error: unknown): Stop {
    const code = status(error);
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const again = 'run the same command again: it goes on where it was';
    if (code === 401)
      return new Stop(`${this.#url} does not take the token: ${said}`, 'set GITHUB_TOKEN to a valid one');
    if (code === 403 || code === 404) {
      return new Stop(
        `the token may not ${what}: ${said}`,
        `give it the right to administer repositories, then ${again}`,
      );
    }
    return new Stop(`${this.#url} did not ${what}: ${said}`, again);
  }
}
