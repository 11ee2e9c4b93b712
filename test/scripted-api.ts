import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What the next request is answered with: an answer, or whatever the function does with the response. */
export type Script =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | ((response: ServerResponse) => void);

/** An API on a free port that answers as its script says, and keeps what it was asked. */
export interface ScriptedApi {
  readonly url: string;
  /** `<method> <path>` of every request. */
  readonly requests: string[];
  /** Headers of the last request. */
  readonly headers: () => IncomingMessage['headers'];
  /** Answers of the next requests, in order; the last one is for all that follow. */
  answers(...scripts: Script[]): void;
  close(): Promise<void>;
}

export async function scriptedApi(): Promise<ScriptedApi> {
  const requests: string[] = [];
  let scripts: Script[] = [{ status: 200, body: {} }];
  let headers: IncomingMessage['headers'] = {};
  const server = createServer(async (request, response) => {
    headers = request.headers;
    requests.push(`${request.method} ${request.url}`);
    request.resume();
    await once(request, 'end');
    const script = (scripts.length > 1 ? scripts.shift() : scripts[0]) ?? { status: 500 };
    if (typeof script === 'function') {
      script(response);
      return;
    }
    response.writeHead(script.status, { 'content-type': 'application/json', ...script.headers });
    response.end(script.body === undefined ? '' : JSON.stringify(script.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    headers: () => headers,
    answers: (...next) => {
      scripts = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
