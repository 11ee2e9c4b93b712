import { onTestFinished } from 'vitest';
import {
  type ClientOptions,
  connectKernel,
  createClient,
  type KernelChannel,
  type TauClient,
} from '../src/client/index.js';
import { type KernelScript, startScriptedKernel } from './scripted-kernel.js';

/** Comes back without waiting: for tests whose kernel is there again at once. */
export const AT_ONCE = { backoff: { firstMs: 0, factor: 1, maxMs: 0 }, limitMs: 10_000 };

/** A channel that is closed after the test. */
export function channelTo(address: string, token?: string): KernelChannel {
  const channel = connectKernel(token === undefined ? { address } : { address, token });
  onTestFinished(() => channel.close());
  return channel;
}

/** A client of an address, closed after the test. */
export function clientOf(address: string, options: ClientOptions = {}): TauClient {
  return createClient(channelTo(address), { reconnect: AT_ONCE, ...options });
}

/** The address of a scripted kernel that is stopped after the test. */
export async function kernelOf(script: KernelScript): Promise<string> {
  const kernel = await startScriptedKernel(script);
  onTestFinished(() => kernel.stop());
  return kernel.address;
}

/** A client of a scripted kernel, both ended after the test. */
export async function clientOfScript(script: KernelScript, options: ClientOptions = {}): Promise<TauClient> {
  return clientOf(await kernelOf(script), options);
}

/** All that an iterable gives. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
