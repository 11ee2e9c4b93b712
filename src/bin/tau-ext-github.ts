#!/usr/bin/env node
const NODE_MAJOR_MIN = 24;

// The modules behind need this Node when they are loaded, so it is asked for before they are.
if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR_MIN) {
  const { runServiceCommand } = await import('../service/service-command.js');
  const { endQuietlyOnBrokenPipe, stopSignal, systemClock, systemRandom } = await import('tau-core/node');
  endQuietlyOnBrokenPipe();
  const { stdout, stderr, env } = process;
  const ports = { clock: systemClock, random: systemRandom, stopRequested: stopSignal() };
  process.exit(await runServiceCommand(process.argv.slice(2), { stdout, stderr, env, ...ports }));
} else {
  const advice = 'install it, or run the command as an npm script of a project that depends on the package "node"';
  console.error(`error TAU-1012: tau-ext-github needs Node ${NODE_MAJOR_MIN} or newer: ${advice}`);
  process.exitCode = 1;
}
