/** The parts of GitHub's answers that the harness reads. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly labels: readonly { readonly name: string }[];
  readonly assignees: readonly { readonly login: string }[];
  readonly milestone: { readonly title: string } | null;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
}

/** Something that happened to an issue: "opened", "labeled", "assigned", ... */
export interface IssueEvent {
  readonly event: string;
  readonly actor: { readonly login: string };
  readonly label: { readonly name: string } | null;
}

/** One try to deliver a webhook, as the stand-in saw it end. */
export interface Delivery {
  readonly id: number;
  readonly event: string;
  readonly action: string | null;
  readonly status: string;
  readonly status_code: number | null;
}

const PAGE_SIZE = 100;

/** What the harness does at GitHub as one user, on one repository, through the REST API. */
export class GithubRest {
  readonly #base: string;
  readonly #token: string;

  constructor(url: string, token: string, repository: string) {
    this.#base = `${url}/repos/${repository}`;
    this.#token = token;
  }

  createLabel(name: string, color: string): Promise<unknown> {
    return this.#send('POST', '/labels', { name, color });
  }

  createMilestone(title: string): Promise<unknown> {
    return this.#send('POST', '/milestones', { title });
  }

  /** Has every event of the repository delivered to `url`, signed with `secret`. */
  async createHook(url: string, secret: string): Promise<number> {
    const config = { url, secret, content_type: 'json' };
    const hook = await this.#send<{ id: number }>('POST', '/hooks', { config, events: ['*'], active: true });
    return hook.id;
  }

  openIssue(title: string, body: string): Promise<Issue> {
    return this.#send<Issue>('POST', '/issues', { title, body });
  }

  issue(number: number): Promise<Issue> {
    return this.#send<Issue>('GET', `/issues/${number}`);
  }

  /** All issues, oldest first. */
  issues(): Promise<readonly Issue[]> {
    return this.#all<Issue>('/issues?state=all&direction=asc');
  }

  comments(issue: number): Promise<readonly Comment[]> {
    return this.#all<Comment>(`/issues/${issue}/comments`);
  }

  /** What happened to an issue, oldest first. */
  issueEvents(issue: number): Promise<readonly IssueEvent[]> {
    return this.#all<IssueEvent>(`/issues/${issue}/events`);
  }

  deliveries(hook: number): Promise<readonly Delivery[]> {
    return this.#all<Delivery>(`/hooks/${hook}/deliveries`);
  }

  async #all<T>(path: string): Promise<readonly T[]> {
    const found: T[] = [];
    for (let page = 1; ; page += 1) {
      const separator = path.includes('?') ? '&' : '?';
      const items = await this.#send<T[]>('GET', `${path}${separator}per_page=${PAGE_SIZE}&page=${page}`);
      found.push(...items);
      if (items.length < PAGE_SIZE) return found;
    }
  }

  async #send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
