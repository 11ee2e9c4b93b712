import { connectKernel } from 'tau-core/client';
import { action, connectExtension, defineExtension } from 'tau-core/extension';

// A worker as a process of its own: it gives back what it is given.
const address = process.argv[2];
if (address === undefined) throw new Error('usage: worker.ts ADDRESS');
const channel = connectKernel({ address });
const echo = action('bench/echo@v1', { description: 'gives its input back' }, (input) => input);
const extension = defineExtension({ name: 'bench-worker', version: '1', capabilities: [echo] });
const attached = connectExtension(extension, { channel, creditItems: 1_024 });
await attached.attached();
process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`);
process.on('SIGTERM', () => void attached.close().then(() => channel.close()));
