import type { Command } from 'commander';
import type { Bin, CliContext, GlobalOptions } from '../context.js';

const KERNEL: Bin = { name: 'tau-kernel', packageName: 'tau-runtime-kernel' };

const EXAMPLES = `
Examples:
  tau kernel start
  tau kernel start --json
  tau kernel start -- --help      what the kernel itself takes

Options after the command go to tau-kernel as they are.`;

export function addKernelCommand(program: Command, context: CliContext): void {
  program
    .command('kernel')
    .description('The kernel')
    .command('start')
    .description('Start a kernel in the foreground; Ctrl-C stops it')
    .argument('[options...]', 'options of tau-kernel')
    .allowUnknownOption()
    .addHelpText('after', EXAMPLES)
    .action((options: readonly string[], _own: object, command: Command) => {
      const { json = false, token } = command.optsWithGlobals<GlobalOptions>();
      return context.launch(KERNEL, { args: json ? [...options, '--json'] : options, token });
    });
}
