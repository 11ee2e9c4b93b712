#!/usr/bin/env node
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { Command } from 'commander';
import type { TauError } from 'tau-core';
import { failureLine, failureOf, systemClock, systemRandom } from 'tau-core/node';
import { DISPATCH_LIMITS } from '../machines/dispatch/state.js';
import { serveKernel } from '../server/kernel-server.js';
import { DRAIN_GRACE_MS } from '../services/admin-service.js';
import { Kernel } from '../shell/kernel.js';
import { KERNEL_VERSION } from '../version.js';
import { type KernelConfig, kernelConfig, redacted } from './config.js';
import { LANGUAGES } from './languages.js';
import { reporter } from './reporter.js';

const EXAMPLES = `
Examples:
  tau-kernel                                    listen on 127.0.0.1:7420, for this machine only
  tau-kernel --listen unix:///run/tau.sock      listen on a socket file
  TAU_TOKEN=... tau-kernel --listen 0.0.0.0:7420  let other machines in, with a token
  tau-kernel --volatile                         keep nothing: no journal is waited for
`;

// What goes wrong is told by this process's own lines: the transport's would come on top of them.
setLogVerbosity(logVerbosity.NONE);

const program = new Command('tau-kernel')
  .exitOverride()
  .configureOutput({ outputError: () => undefined })
  .description("TAU's kernel: sessions, events, runs and extensions behind one gRPC interface")
  .version(KERNEL_VERSION)
  .option('--listen <address>', 'host:port or unix:///path', process.env['TAU_KERNEL'] ?? '127.0.0.1:7420')
  .option('--token <token>', 'what every caller must show (better: TAU_TOKEN)', process.env['TAU_TOKEN'])
  .option('--volatile', 'wait for no journal: sessions live in memory only', false)
  .option(
    '--lease-ttl <ms>',
    'work stays this long with an extension that is silent',
    String(DISPATCH_LIMITS.leaseTtlMs),
  )
  .option(
    '--provider-wait <ms>',
    'a call waits this long for a capability that nobody offers',
    String(DISPATCH_LIMITS.providerWaitMs),
  )
  .option('--drain-grace <ms>', 'work in flight gets this long when the kernel stops', String(DRAIN_GRACE_MS))
  .option('--json', 'one JSON object a line', false)
  .addHelpText('after', EXAMPLES)
  .action(async (options: Record<string, unknown>) => {
    const { leaseTtl, providerWait, drainGrace, ...others } = options;
    await main(
      kernelConfig({ ...others, leaseTtlMs: leaseTtl, providerWaitMs: providerWait, drainGraceMs: drainGrace }),
    );
  });

async function main(config: KernelConfig): Promise<void> {
  const report = reporter(config.json);
  report.event('config', redacted(config));
  const kernel = new Kernel(
    {
      languages: LANGUAGES,
      volatile: config.volatile,
      dispatchLimits: { leaseTtlMs: config.leaseTtlMs, providerWaitMs: config.providerWaitMs },
    },
    {
      clock: systemClock,
      random: systemRandom,
      log: (entry) => report.log(entry),
      onFatal: (error) => fail(error),
    },
  );
  const server = await serveKernel(kernel, {
    listen: config.listen,
    ...(config.token !== undefined && { token: config.token }),
    onDrained: () => stop(),
  });
  const stop = (): void => {
    kernel.stop();
    server.stop();
    process.exitCode = 0;
    // The answer to whoever asked for the drain is on its way: leave it a turn.
    setImmediate(() => process.exit());
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // The second signal is impatience: stop at once. Nothing acknowledged is lost either way.
      if (stopping) stop();
      stopping = true;
      report.event('draining', { signal, graceMs: config.drainGraceMs });
      void kernel.drain(config.drainGraceMs).then(stop);
    });
  }
  report.ready(server.address, { pid: process.pid, durable: !config.volatile, kernelId: kernel.id });
}

function fail(error: TauError): never {
  process.stderr.write(`${failureLine(error.data)}\n`);
  process.exit(1);
}

program.parseAsync().catch((thrown: unknown) => {
  const { exitCode, error } = failureOf(thrown);
  if (error !== undefined) process.stderr.write(`${failureLine(error)}\n`);
  process.exit(exitCode);
});
