/**
 * Signed deliveries per second (`issues.opened`, 32 connections): the receiver, its publish answering at once, beside
 * bare `node:http` that checks the same signature and does nothing else. The two take turns; the sender has a thread
 * of its own. Run it with `npm run bench -w tau-ext-github`.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startReceiver } from 'tau-ext-github';

const CONNECTIONS = 32;
const ROUNDS = 3;
const ROUND_MS = 2_000;
const SECRET = 'a secret of the benchmark';

interface Target {
  readonly name: string;
  readonly port: number;
  close(): Promise<void>;
}

interface SenderTask {
  readonly port: number;
  readonly body: string;
}

async function bareTarget(): Promise<Target> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = `sha256=${createHmac('sha256', SECRET).update(Buffer.concat(chunks)).digest('hex')}`;
      const given = String(request.headers['x-hub-signature-256']);
      const right = given.length === signature.length && timingSafeEqual(Buffer.from(given), Buffer.from(signature));
      response.writeHead(right ? 202 : 401, { 'content-length': 2 }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { name: 'bare node:http', port: address !== null && typeof address === 'object' ? address.port : 0, close };
}

async function receiverTarget(): Promise<Target> {
  const publish = async () => ({ duplicate: false });
  const receiver = await startReceiver({ host: '127.0.0.1', port: 0, secret: SECRET, publish });
  return { name: 'receiver', port: receiver.port, close: () => receiver.close() };
}

/** Deliveries answered 202 per second. */
async function measure(port: number, body: string): Promise<number> {
  const task: SenderTask = { port, body };
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  const [perSecond] = (await once(worker, 'message')) as [number];
  await worker.terminate();
  return perSecond;
}

function send({ port, body }: SenderTask): void {
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const head = (id: number): string =>
    `POST /webhooks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nx-github-event: issues\r\n` +
    `x-github-delivery: ${id}\r\nx-hub-signature-256: ${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const startedAt = performance.now();
  let answered = 0;
  let ids = 0;
  for (let connection = 0; connection < CONNECTIONS; connection += 1) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const next = (): void => {
      ids += 1;
      socket.write(head(ids) + body);
    };
    socket.on('connect', next);
    socket.on('data', (chunk) => {
      if (!chunk.subarray(0, 12).equals(ACCEPTED)) throw new Error(`not accepted: ${chunk.toString()}`);
      answered += 1;
      const elapsedMs = performance.now() - startedAt;
      if (elapsedMs < ROUND_MS) next();
      else parentPort?.postMessage((answered * 1_000) / elapsedMs);
    });
  }
}

const ACCEPTED = Buffer.from('HTTP/1.1 202');

function openedIssue(): string {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
    readonly name: string;
    readonly examples: readonly { readonly action?: string }[];
  }[];
  const issues = examples.find(({ name }) => name === 'issues')?.examples ?? [];
  return JSON.stringify(issues.find(({ action }) => action === 'opened'));
}

async function main(): Promise<void> {
  const body = openedIssue();
  const targets = [await bareTarget(), await receiverTarget()];
  const results = new Map<string, number[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, port } of targets) results.get(name)?.push(await measure(port, body));
  }
  for (const { close } of targets) await close();
  const [bare = 0, receiver = 0] = targets.map(({ name }) => (results.get(name) ?? []).sort((a, b) => a - b)[1] ?? 0);
  console.log(`signed deliveries per second, ${Buffer.byteLength(body)} bytes, ${CONNECTIONS} connections`);
  console.log(`bare node:http ${Math.round(bare)}, receiver ${Math.round(receiver)}: ${(receiver / bare).toFixed(2)}`);
}

if (isMainThread) await main();
else send(workerData as SenderTask);
