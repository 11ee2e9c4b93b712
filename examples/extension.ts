import { connectKernel } from 'tau-core/client';
import { action, connectExtension, defineExtension } from 'tau-core/extension';
import { z } from 'zod';

// An extension with one action: `npm run example -w tau-core`, beside a kernel on its default address.
const greet = action(
  'example/greet@v1',
  { description: 'greets somebody', input: z.object({ name: z.string() }) },
  ({ name }) => ({ greeting: `Hello, ${name}` }),
);
const channel = connectKernel();
const attached = connectExtension(defineExtension({ name: 'example', version: '1.0.0', capabilities: [greet] }), {
  channel,
  onState: (state, error) => console.log(state, error?.message ?? ''),
});
process.once('SIGINT', () => {
  void attached
    .drain()
    .then(() => attached.close())
    .then(() => channel.close());
});
