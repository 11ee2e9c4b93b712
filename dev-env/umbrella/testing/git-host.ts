import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { own } from '../../src/harness/owned.ts';
import { Git } from '../git/git.ts';
import { TEST_ENV } from './sandbox.ts';

/** What becomes of a request: refused with a status; done, with its answer lost; or answered as it should be. */
export type Gate = (request: IncomingMessage, path: string) => number | 'cut after' | undefined;

/** A host of bare repositories: git's own `http-backend` behind a small server on this machine. */
export class GitHost {
  readonly folder: string;
  /** Refuses or cuts requests, for tests of what happens then. */
  gate: Gate = () => undefined;
  /** Called before a repository is served: it may be made then. */
  prepare: (name: string) => Promise<void> = async () => undefined;
  /** Called when a push has been taken, before its answer ends. */
  received: (name: string) => Promise<void> = async () => undefined;
  /** Serves paths that are no repositories; false when it has none. */
  other: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean> = async () => false;
  readonly #server: Server;

  private constructor(folder: string) {
    this.folder = folder;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => response.destroy(error));
    });
  }

  static async start(folder: string): Promise<GitHost> {
    const host = new GitHost(folder);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Git in one of the bare repositories. */
  bare(name: string): Git {
    return new Git(join(this.folder, `${name}.git`), TEST_ENV);
  }

  /** Makes an empty repository, e.g. `octo/tau`. */
  async create(name: string): Promise<Git> {
    await new Git(this.folder, TEST_ENV).run('init', '--quiet', '--bare', '--initial-branch=main', `${name}.git`);
    return this.bare(name);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', this.url);
    const gated = this.gate(request, pathname);
    if (typeof gated === 'number') {
      response.writeHead(gated, { 'content-type': 'application/json' }).end('{"message":"refused by the test"}');
      return;
    }
    // Without a socket of its own, an answer goes nowhere.
    await this.#answer(request, gated === undefined ? response : new ServerResponse(request), { pathname, search });
    if (gated !== undefined) response.destroy();
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { pathname, search }: { pathname: string; search: string },
  ): Promise<void> {
    if (await this.other(request, response, pathname)) return;
    const name = /^\/(.+?)\.git\//.exec(pathname)?.[1];
    if (name === undefined) {
      response.writeHead(404).end();
      return;
    }
    await this.prepare(name);
    const pushes = pathname.endsWith('/git-receive-pack') || search.includes('git-receive-pack');
    if (pushes && request.headers.authorization === undefined) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="test"' }).end();
      return;
    }
    await this.#backend(request, response, { name, pathname, search, pushes });
  }

  /** Runs `git http-backend` as a CGI program. */
  async #backend(
    request: IncomingMessage,
    response: ServerResponse,
    call: { name: string; pathname: string; search: string; pushes: boolean },
  ): Promise<void> {
    const header = (name: string): string => String(request.headers[name] ?? '');
    const child = spawn('git', ['http-backend'], {
      env: {
        ...TEST_ENV,
        GIT_PROJECT_ROOT: this.folder,
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(call.pathname),
        QUERY_STRING: call.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: header('content-type'),
        CONTENT_LENGTH: header('content-length'),
        HTTP_CONTENT_ENCODING: header('content-encoding'),
        GIT_PROTOCOL: header('git-protocol'),
        ...(call.pushes ? { REMOTE_USER: 'test' } : {}),
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    own(child);
    child.stdin.on('error', () => undefined);
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, end).toString('latin1').split('\r\n');
    let status = 200;
    for (const line of headers) {
      const [field = '', value = ''] = line.split(/: ?(.*)/, 2);
      if (field.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(field, value);
    }
    if (call.pathname.endsWith('/git-receive-pack')) await this.received(call.name);
    response.writeHead(status).end(answer.subarray(end + 4));
  }
}
