import { createEmulator } from 'emulate';

/** People of the stand-in, and the tokens that act for them. */
export const TOKENS = { owner: 'token-of-octo', alice: 'token-of-alice', bot: 'token-of-tau-bot' } as const;
export const BOT = 'tau-bot';
export const REPOSITORY = 'octo/shop';

/** A GitHub on this machine, made by others: it knows nothing of TAU. */
export interface StandIn {
  readonly url: string;
  readonly port: number;
  /** Asks its API for something, as one of its people. Fails on an answer that is not 2xx. */
  api<Answer>(method: string, path: string, body?: unknown, token?: string): Promise<Answer>;
  /** Opens an issue as alice; gives its number. */
  openIssue(title?: string): Promise<number>;
  comments(issue: number): Promise<readonly Comment[]>;
  /** Has every event of the repository delivered, signed with the secret. */
  addHook(url: string, secret: string): Promise<void>;
  close(): Promise<void>;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
  readonly html_url: string;
  readonly user: { readonly login: string };
}

export async function standIn(): Promise<StandIn> {
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: {
        [TOKENS.owner]: { login: 'octo', scopes: ['repo', 'user', 'admin:repo_hook'] },
        [TOKENS.alice]: { login: 'alice', scopes: ['repo', 'user'] },
        [TOKENS.bot]: { login: BOT, scopes: ['repo', 'user'] },
      },
      github: {
        users: [{ login: 'octo' }, { login: 'alice' }, { login: BOT }],
        repos: [{ owner: 'octo', name: 'shop', auto_init: false }],
      },
    },
  });
  const port = Number(new URL(emulator.url).port);
  const url = `http://127.0.0.1:${port}`;
  const api = async <Answer>(
    method: string,
    path: string,
    body?: unknown,
    token: string = TOKENS.owner,
  ): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
  const base = `/repos/${REPOSITORY}`;
  return {
    url,
    port,
    api,
    openIssue: async (title = 'An issue') => {
      const opened = await api<{ number: number }>('POST', `${base}/issues`, { title }, TOKENS.alice);
      return opened.number;
    },
    comments: (issue) => api('GET', `${base}/issues/${issue}/comments?per_page=100`),
    addHook: async (hookUrl, secret) => {
      const config = { url: hookUrl, content_type: 'json', secret };
      await api('POST', `${base}/hooks`, { name: 'web', events: ['*'], config });
    },
    close: () => emulator.close(),
  };
}
