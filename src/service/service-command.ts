import { Command } from 'commander';
import type { ErrorData } from 'tau-core';
import { type TextSink, withDefaults } from '../terminal/command-defaults.js';
import { failureLine, failureOf } from '../terminal/failure.js';
import { VERSION } from '../version.js';
import { readConfig, type ServiceEnvironment, type ServiceOptions } from './config.js';
import { type ServicePorts, startService } from './local-service.js';
import { lineReport } from './report.js';

/** The process as the command sees it. */
export interface ServiceProcess extends Omit<ServicePorts, 'report'> {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: ServiceEnvironment;
  /** Resolves when the process is asked to stop (SIGTERM, SIGINT). */
  readonly stopRequested: Promise<unknown>;
}

const EXAMPLES = `
Examples:
  tau-ext-local
  tau-ext-local --workflows .tau/workflows
  tau-ext-local --workflows .tau/workflows --allow-shell .
  tau-ext-local --kernel unix:///run/tau/kernel.sock --data /var/lib/tau --json

Variables: TAU_KERNEL (as --kernel), TAU_TOKEN (the kernel's token), XDG_STATE_HOME (where --data defaults to).`;

/** Runs `tau-ext-local` until it is asked to stop; gives the exit code. Never rejects. */
export async function runServiceCommand(args: readonly string[], process: ServiceProcess): Promise<number> {
  try {
    const options = parseArguments(args, process);
    const error = await serve(options, process);
    return error === undefined ? 0 : fail(error, options.json ?? false, process);
  } catch (thrown) {
    const { exitCode, error } = failureOf(thrown);
    if (error !== undefined) fail(error, args.includes('--json'), process);
    return exitCode;
  }
}

function parseArguments(args: readonly string[], { stdout, stderr }: ServiceProcess): ServiceOptions {
  return withDefaults(new Command('tau-ext-local'), stdout, stderr)
    .description('The journal on SQLite, the workflows of a folder, and a few actions, for a TAU kernel')
    .version(VERSION)
    .option('--kernel <address>', 'address of the kernel (default: TAU_KERNEL, then 127.0.0.1:7420)')
    .option('--data <folder>', 'where the journal is kept (default: ~/.tau/local)')
    .option(
      '--workflows <folder>',
      "keep the kernel's workflows like the files of this folder; may be repeated",
      listed,
    )
    .option('--allow-shell <folder>', 'let run steps of workflows run scripts there, with your rights and no sandbox')
    .option('--instance <id>', 'name of this instance; two that live at once need two names')
    .option('--json', 'one JSON object on each line of the output')
    .addHelpText('after', EXAMPLES)
    .parse(args, { from: 'user' })
    .opts<ServiceOptions>();
}

/** Collects an option that may be repeated. */
function listed(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

async function serve(options: ServiceOptions, process: ServiceProcess): Promise<ErrorData | undefined> {
  const config = readConfig(options, process.env);
  const service = await startService(config, {
    ...process,
    report: lineReport(process.stdout, config.json),
  });
  const error = await Promise.race([service.stopped(), process.stopRequested.then(() => undefined)]);
  await service.stop();
  return error;
}

/** The line is for people, on stderr, also where a program reads JSON on stdout. */
function fail(error: ErrorData, json: boolean, { stdout, stderr }: ServiceProcess): number {
  if (json) lineReport(stdout, true).event('error', { id: error.id, message: error.message }, '');
  stderr.write(`${failureLine(error)}\n`);
  return 1;
}
