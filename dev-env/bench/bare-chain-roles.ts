import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createServer } from 'nice-grpc';
import { ExtensionServiceDefinition, type extensionv1, wholeResponses } from 'tau-core/contract';
import { APPEND, APPENDED, connected, HELLO, Mailbox, OPTIONS } from './bare-chain-wire.ts';

// The two processes beside the worker of a bare chain: bare-chain-roles.ts middle|journal ADDRESS FOLDER
/** The one in the middle. */
async function serveMiddle(address: string): Promise<void> {
  const toJournal = new Mailbox<extensionv1.BulkResponse>();
  const toWorker = new Mailbox<extensionv1.BulkResponse>();
  const server = createServer(OPTIONS);
  server.add(wholeResponses(ExtensionServiceDefinition), {
    register: () => Promise.reject(new Error('this server only passes on')),
    async *attach() {},
    async *bulk(requests) {
      const messages = requests[Symbol.asyncIterator]();
      const isJournal = (await messages.next()).value?.frame?.$case === 'hello';
      void passOn(messages, isJournal ? toWorker : toJournal);
      yield* (isJournal ? toJournal : toWorker).taken();
    },
  });
  await server.listen(address);
}

/** Each message of one side is one to the other. */
async function passOn(
  messages: AsyncIterator<extensionv1.BulkRequest>,
  mailbox: Mailbox<extensionv1.BulkResponse>,
): Promise<void> {
  while ((await messages.next()).done !== true) mailbox.put(APPEND);
}

async function serveJournal(address: string, folder: string): Promise<void> {
  const database = new DatabaseSync(join(folder, 'chain.db'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE records (seq INTEGER PRIMARY KEY, data BLOB)',
  );
  const insert = database.prepare('INSERT INTO records (data) VALUES (?)');
  const replies = new Mailbox<extensionv1.BulkRequest>();
  replies.put(HELLO);
  for await (const { frame } of connected(address).bulk(replies.taken())) {
    if (frame?.$case !== 'journal' || frame.value.call?.$case !== 'append') continue;
    for (const { records } of frame.value.call.value.streams) for (const { data } of records) insert.run(data);
    replies.put(APPENDED);
  }
}

const [role, address, folder] = process.argv.slice(2);
if (address === undefined || folder === undefined) throw new Error('usage: bare-chain-roles.ts ROLE ADDRESS FOLDER');
if (role === 'middle') await serveMiddle(address);
else void serveJournal(address, folder);
process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`);
