import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { createEmulator, type Emulator } from 'emulate';
import { freePort } from '../../src/harness/ports.ts';
import { GitHost } from './git-host.ts';

/** People of the stand-in, with their tokens: an owner of the organization, and somebody who forked the umbrella. */
export const OWNER = { login: 'olga', token: 'token-of-olga' };
export const FORKER = { login: 'fred', token: 'token-of-fred' };
/** The organization, and the umbrella's repository in it. */
export const ORG = 'octo';
export const UMBRELLA = 'tau';

const SEED = {
  tokens: Object.fromEntries(
    [OWNER, FORKER].map(({ login, token }) => [token, { login, scopes: ['repo', 'user', 'admin:org'] }]),
  ),
  github: {
    users: [OWNER, FORKER].map(({ login }) => ({ login })),
    orgs: [{ login: ORG, members: [OWNER, FORKER].map(({ login }) => ({ login, role: 'admin' })) }],
    repos: [{ owner: ORG, name: UMBRELLA, auto_init: true }],
  },
};

/**
 * GitHub on this machine: the API of a stand-in, and bare repositories over http. A repository that is created by the
 * API appears on the host, and a branch that is pushed to the host appears in the API.
 */
export class TestGithub {
  readonly host: GitHost;
  readonly #standIn: Emulator;

  private constructor(host: GitHost, standIn: Emulator) {
    this.host = host;
    this.#standIn = standIn;
  }

  static async start(folder: string): Promise<TestGithub> {
    const standIn = await createEmulator({ service: 'github', port: await freePort(), seed: SEED });
    const host = await GitHost.start(folder);
    const github = new TestGithub(host, standIn);
    host.other = (request, response, path) => github.#api(request, response, path);
    host.prepare = (name) => github.#prepare(name);
    host.received = (name) => github.#mirror(name);
    return github;
  }

  get apiUrl(): string {
    return `${this.host.url}/api`;
  }

  /** Asks the API, with the owner's right. */
  async api<T>(path: string, init: { method?: string; body?: object; token?: string } = {}): Promise<T> {
    const answer = await fetch(`${this.#standIn.url}${path}`, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${init.token ?? OWNER.token}`, 'content-type': 'application/json' },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
    return (await answer.json()) as T;
  }

  async stop(): Promise<void> {
    await this.host.stop();
    await this.#standIn.close();
  }

  async #api(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    if (!path.startsWith('/api/')) return false;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const hasBody = chunks.length > 0;
    const answer = await fetch(`${this.#standIn.url}${(request.url ?? '').slice('/api'.length)}`, {
      method: request.method ?? 'GET',
      headers: { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' },
      ...(hasBody ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = await answer.text();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    return true;
  }

  async #prepare(name: string): Promise<void> {
    if (existsSync(join(this.host.folder, `${name}.git`))) return;
    const found = await fetch(`${this.#standIn.url}/repos/${name}`, {
      headers: { authorization: `Bearer ${OWNER.token}` },
    });
    if (found.ok) await this.host.create(name);
  }

  async #mirror(name: string): Promise<void> {
    const heads = await this.host.bare(name).run('for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads');
    const known = await this.api<{ name: string }[]>(`/repos/${name}/branches?per_page=100`);
    for (const branch of heads.split('\n')) {
      if (branch === '' || known.some((one) => one.name === branch)) continue;
      const file = { path: 'branch', mode: '100644', type: 'blob', content: branch };
      const post = (path: string, body: object): Promise<{ sha: string }> =>
        this.api(`/repos/${name}/git/${path}`, { method: 'POST', body });
      const tree = await post('trees', { tree: [file] });
      const commit = await post('commits', { message: branch, tree: tree.sha, parents: [] });
      await post('refs', { ref: `refs/heads/${branch}`, sha: commit.sha });
    }
  }
}
