import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { connectKernel } from 'tau-core/client';
import { endQuietlyOnBrokenPipe, systemClock } from 'tau-core/node';
import type { CliPorts } from './context.js';
import { findProgram, projectBase, runProgram } from './launch.js';
import { listens } from './listens.js';
import { runCli } from './run-cli.js';

/** The command `tau` as a process. */
export async function main(): Promise<void> {
  endQuietlyOnBrokenPipe();
  const code = await runCli(process.argv.slice(2), processPorts());
  process.exit(code);
}

function processPorts(): CliPorts {
  const { stdout, stderr, env } = process;
  return {
    stdout,
    stderr,
    env,
    clock: systemClock,
    nodeVersion: process.versions.node,
    connect: connectKernel,
    listens,
    readFile: (path) => (path === '-' ? text(process.stdin) : readFile(path, 'utf8')),
    onInterrupt(callback) {
      process.on('SIGINT', callback).on('SIGTERM', callback);
      return () => process.off('SIGINT', callback).off('SIGTERM', callback);
    },
    launch: (bin, options) => {
      const from = [import.meta.url, projectBase(process.cwd())];
      return runProgram(findProgram(bin, { from, path: env['PATH'] ?? '' }), options);
    },
  };
}
