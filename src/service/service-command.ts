import { Command } from 'commander';
import { runService, type ServiceProcess } from 'tau-core/node';
import { withDefaults } from '../terminal/command-defaults.js';
import { VERSION } from '../version.js';
import { readConfig, type ServiceEnvironment, type ServiceOptions } from './config.js';
import { type ServicePorts, startService } from './local-service.js';

/** The process as the command sees it. */
export interface LocalProcess extends Omit<ServicePorts, 'report'>, ServiceProcess {
  readonly env: ServiceEnvironment;
}

const EXAMPLES = `
Examples:
  tau-ext-local
  tau-ext-local --workflows .tau/workflows
  tau-ext-local --workflows .tau/workflows --allow-shell .
  tau-ext-local --kernel unix:///run/tau/kernel.sock --data /var/lib/tau --json

Variables: TAU_KERNEL (as --kernel), TAU_TOKEN (the kernel's token), XDG_STATE_HOME (where --data defaults to).`;

/** Runs `tau-ext-local` until it is asked to stop; gives the exit code. Never rejects. */
export function runServiceCommand(args: readonly string[], process: LocalProcess): Promise<number> {
  return runService(args, process, {
    parse: (given) => parseArguments(given, process),
    start: (options, report) => startService(readConfig(options, process.env), { ...process, report }),
  });
}

function parseArguments(args: readonly string[], { stdout, stderr }: LocalProcess): ServiceOptions {
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
