import { Argument, type Command } from 'commander';
import type { Bin, CliContext, GlobalOptions } from '../context.js';

const EXTENSIONS = {
  local: { name: 'tau-ext-local', packageName: 'tau-ext-local' },
  github: { name: 'tau-ext-github', packageName: 'tau-ext-github' },
} as const satisfies { readonly [name: string]: Bin };

type ExtensionName = keyof typeof EXTENSIONS;

const EXAMPLES = `
Examples:
  tau ext start local --workflows .tau/workflows
  tau ext start github
  tau ext start local -- --help      what the extension itself takes

Options after the name go to the extension as they are.`;

export function addExtensionCommand(program: Command, context: CliContext): void {
  program
    .command('ext')
    .description('Extensions')
    .command('start')
    .description('Start an extension in the foreground; Ctrl-C stops it')
    .addArgument(new Argument('<name>', 'which one').choices(Object.keys(EXTENSIONS)))
    .argument('[options...]', 'options of the extension')
    .allowUnknownOption()
    .addHelpText('after', EXAMPLES)
    .action((name: ExtensionName, options: readonly string[], _own: object, command: Command) => {
      const { json = false, kernel, token } = command.optsWithGlobals<GlobalOptions>();
      const args = [...options, ...(kernel === undefined ? [] : ['--kernel', kernel]), ...(json ? ['--json'] : [])];
      return context.launch(EXTENSIONS[name], { args, token });
    });
}
