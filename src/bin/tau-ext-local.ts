#!/usr/bin/env node
import { nodeVersionProblem } from './node-version.js';

const problem = nodeVersionProblem('tau-ext-local', process.versions.node);
if (problem === undefined) await run();
else {
  console.error(problem);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { runServiceCommand } = await import('../service/service-command.js');
  const { connectKernel } = await import('tau-core/client');
  const { endQuietlyOnBrokenPipe, stopSignal, systemClock } = await import('tau-core/node');
  endQuietlyOnBrokenPipe();
  const { stdout, stderr, env } = process;
  const code = await runServiceCommand(process.argv.slice(2), {
    stdout,
    stderr,
    env,
    clock: systemClock,
    connect: connectKernel,
    stopRequested: stopSignal(),
  });
  process.exit(code);
}
