import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emulateScript } from './bins.ts';
import { GithubRest } from './github-rest.ts';
import { freePort } from './ports.ts';
import { Service } from './service.ts';

/** The people of the stand-in: each has a token. The stand-in takes an unknown token for its first user's. */
export const PEOPLE = {
  owner: { login: 'octo', token: 'stand-in-owner' },
  reporter: { login: 'rita', token: 'stand-in-reporter' },
  bot: { login: 'tau-bot', token: 'stand-in-bot' },
  onCall: { login: 'dana', token: 'stand-in-on-call' },
} as const;

/** The one repository of the stand-in. */
export const REPOSITORY = 'octo/shop';

/** A running stand-in for GitHub, and each person's way into it. */
export interface StandIn {
  readonly service: Service;
  readonly url: string;
  /** Sets up, opens hooks, reads back: the owner has a rate limit of its own. */
  readonly owner: GithubRest;
  readonly reporter: GithubRest;
}

function seed(): object {
  const people = Object.values(PEOPLE);
  const [owner = '', name = ''] = REPOSITORY.split('/');
  return {
    tokens: Object.fromEntries(
      people.map(({ login, token }) => [token, { login, scopes: ['repo', 'user', 'admin:repo_hook'] }]),
    ),
    github: { users: people.map(({ login }) => ({ login })), repos: [{ owner, name, auto_init: true }] },
  };
}

/**
 * Starts the GitHub service of `emulate` as a process of its own. It keeps nothing on disk: it must live as long as
 * the scenario does. It delivers a webhook once, and keeps no body that could be delivered again.
 */
export async function startStandIn(folder: string): Promise<StandIn> {
  const port = await freePort();
  const seedFile = join(folder, 'stand-in.json');
  writeFileSync(seedFile, JSON.stringify(seed()));
  const service = new Service({
    name: 'stand-in',
    script: emulateScript(),
    args: ['start', '--service', 'github', '--port', String(port), '--seed', seedFile],
    cwd: folder,
    isReady: (line) => line.trim() === 'Ready.',
  });
  await service.start();
  const url = `http://127.0.0.1:${port}`;
  return {
    service,
    url,
    owner: new GithubRest(url, PEOPLE.owner.token, REPOSITORY),
    reporter: new GithubRest(url, PEOPLE.reporter.token, REPOSITORY),
  };
}
