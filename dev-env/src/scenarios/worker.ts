import { connectKernel } from 'tau-core/client';
import { connectExtension, defineExtension } from 'tau-core/extension';
import { scenarioCapabilities } from './all.ts';
import { Gates } from './gates.ts';

// The handlers of the scenarios as a process of their own; its secrets come from its environment.
const [address] = process.argv.slice(2);
if (address === undefined) throw new Error('usage: worker.ts ADDRESS');
const channel = connectKernel({ address });
const capabilities = scenarioCapabilities(new Gates());
const extension = defineExtension({ name: 'scenario-worker', version: '1', capabilities });
const attached = connectExtension(extension, { channel });
await attached.attached();
process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`);
process.on('SIGTERM', () => void attached.close().then(() => channel.close()));
