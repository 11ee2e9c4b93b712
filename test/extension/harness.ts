import { afterEach } from 'vitest';
import { connectKernel } from '../../src/client/connect-kernel.js';
import type { WorkRef } from '../../src/contract/extension-v1.js';
import type { ConnectOptions } from '../../src/extension/attached-extension.js';
import {
  type AttachedExtension,
  action,
  connectExtension,
  defineExtension,
  type Extension,
  type Handler,
} from '../../src/extension/index.js';
import type { JsonObject } from '../../src/vocabulary/json.js';
import { FakeKernel } from './fake-kernel.js';

const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A fake kernel that listens, until the test has ended. */
export async function startedKernel(): Promise<FakeKernel> {
  const kernel = new FakeKernel();
  await kernel.start();
  cleanups.push(() => kernel.kill());
  return kernel;
}

/** An extension connected to it, until the test has ended. */
export function connected(
  kernel: FakeKernel,
  extension: Extension,
  options: Partial<ConnectOptions> = {},
): AttachedExtension {
  const channel = connectKernel({ address: kernel.address });
  const attached = connectExtension(extension, { channel, ...options });
  cleanups.push(async () => {
    await attached.close();
    channel.close();
  });
  return attached;
}

/** An extension with one action, `test/do@v1`. */
export function doing(handler: Handler<JsonObject>): Extension {
  return defineExtension({
    name: 'test',
    version: '1.2.3',
    capabilities: [action('test/do@v1', { description: 'Does' }, handler)],
  });
}

/** Work `id`, attempt 1, with this fence. */
export function ref(workId: string, fence = 1, attempt = 1): WorkRef {
  return { workId, attempt, fence };
}

/** A promise that the test settles. */
export function gate<Value>(): { readonly passed: Promise<Value>; readonly open: (value: Value) => void } {
  let open: (value: Value) => void = () => {};
  const passed = new Promise<Value>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
