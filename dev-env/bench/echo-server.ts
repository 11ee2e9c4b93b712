import { createServer } from 'nice-grpc';
import { kernelv1, SessionServiceDefinition } from 'tau-core/contract';

// The limit for a unary call: the same message over the same transport, and nothing behind it.
const server = createServer();
const session = kernelv1.Session.create({ sessionId: 'bench', seq: 1 });
const refuse = (): Promise<never> => Promise.reject(new Error('this server only echoes'));
server.add(SessionServiceDefinition, {
  getSession: async () => ({ session }),
  createSession: refuse,
  listSessions: refuse,
  addContext: refuse,
  forkSession: refuse,
  deleteSession: refuse,
});
const port = await server.listen('127.0.0.1:0');
process.stdout.write(`${JSON.stringify({ event: 'ready', address: `127.0.0.1:${port}` })}\n`);
process.on('SIGTERM', () => server.forceShutdown());
